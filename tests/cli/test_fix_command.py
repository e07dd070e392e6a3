"""`ftlint check --fix` and `--diff` on real files: what is written, what is left alone, what is said."""

from __future__ import annotations

import gzip
import json
import os
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest

Run = subprocess.CompletedProcess[str]
Ftlint = Callable[..., Run]
Write = Callable[[str, Any], Path]

QUIET = ("--isolated", "--select", "FMT,CHAT005,DUP001,QUAL006")


def row(number: int, role: str = "assistant") -> dict[str, Any]:
    return {
        "messages": [
            {"role": "user", "content": f"What is {number} plus {number}, and why do you think so?"},
            {"role": role, "content": f"It is {2 * number}, for that is twice {number}."},
        ]
    }


def line(number: int, role: str = "assistant") -> bytes:
    return json.dumps(row(number, role)).encode() + b"\n"


def sound(count: int) -> list[bytes]:
    return [line(number) for number in range(count)]


def changes(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(each) for each in (folder / ".ftlint/changes.jsonl").read_text().splitlines()]


def test_safe_fixes_are_written_and_nothing_else_changes(
    ftlint: Ftlint, write: Write, tmp_path: Path
) -> None:
    lines = sound(12)
    lines[3] = line(3, "bot")
    lines[5] = lines[5].replace(b"}]}", b"},]}")
    lines[7] = lines[2]
    file = write("train.jsonl", b"\xef\xbb\xbf" + b"".join(lines))
    done = ftlint("check", "train.jsonl", "--fix", *QUIET)
    lines[3], lines[5] = line(3), line(5)
    assert file.read_bytes() == b"".join(lines)
    assert "fixed 3 findings in 1 file · log: .ftlint/changes.jsonl" in done.stdout
    assert "1 fixable (--fix --unsafe-fixes)" in done.stdout
    assert done.returncode == 0  # a duplicate is a warning
    again = ftlint("check", "train.jsonl", "--fix", *QUIET)
    assert "fixed" not in again.stdout
    assert file.read_bytes() == b"".join(lines)


def test_unsafe_fixes_drop_rows_and_say_which(ftlint: Ftlint, write: Write, tmp_path: Path) -> None:
    lines = sound(12)
    lines[7] = lines[2]
    lines[9] = b'{"messages": [{"role": "user", "content": "Ann Nobody, ann@firm.example\n'
    file = write("train.jsonl", b"".join(lines))
    ftlint("check", "train.jsonl", "--fix", "--unsafe-fixes", *QUIET)
    assert file.read_bytes() == b"".join(each for index, each in enumerate(lines) if index not in {7, 9})
    head, *told = changes(tmp_path)
    assert (head["path"], head["rows"], head["fixes"]) == ("train.jsonl", [12, 10], 2)
    assert [(each["rule"], each["row"], each["line"], each["action"]) for each in told] == [
        ("DUP001", 7, 8, "drop"),
        ("FMT024", 9, 10, "drop"),
    ]
    assert told[0]["kept"] == {"path": "train.jsonl", "line": 3}
    assert "firm.example" not in (tmp_path / ".ftlint/changes.jsonl").read_text()
    assert (tmp_path / ".ftlint/.gitignore").read_text() == "*\n"
    assert sorted(os.listdir(tmp_path / ".ftlint")) == [".gitignore", "changes.jsonl"]


def test_rows_are_told_by_their_number_in_the_original(ftlint: Ftlint, write: Write, tmp_path: Path) -> None:
    # the copy is found once the row is mended, in a second pass, when a row before it is gone
    lines = sound(12)
    lines[1] = lines[0]
    lines[8] = lines[4].replace(b"}]}", b"},]}")
    write("train.jsonl", b"".join(lines))
    ftlint("check", "train.jsonl", "--fix", "--unsafe-fixes", *QUIET)
    told = {(each["rule"], each["row"]) for each in changes(tmp_path)[1:]}
    assert {("DUP001", 1), ("DUP001", 8)} <= told


def test_diff_writes_nothing_and_hides_what_is_private(ftlint: Ftlint, write: Write, tmp_path: Path) -> None:
    odd = json.dumps({**row(3, "bot"), "mail": "ann.nobody@firm.example"}).encode() + b"\n"
    file = write("train.jsonl", b"".join([*sound(3), odd, *sound(9)[4:]]))
    before = file.read_bytes()
    done = ftlint("check", "train.jsonl", "--diff", *QUIET)
    assert done.returncode == 1
    assert file.read_bytes() == before
    assert not (tmp_path / ".ftlint").exists()
    assert done.stdout.splitlines()[:3] == ["--- train.jsonl", "+++ train.jsonl", "@@ -4 +4 @@"]
    removed, added = done.stdout.splitlines()[3:5]
    assert removed.startswith("- ")
    assert '"role": "bot"' in removed
    assert added.startswith("+ ")
    assert '"role": "assistant"' in added
    assert "firm.example" not in done.stdout
    assert "would fix 1 finding in 1 file" in done.stderr
    clean = write("clean.jsonl", b"".join(sound(9)))
    assert ftlint("check", clean, "--diff", *QUIET).returncode == 0


@pytest.mark.parametrize(
    ("flags", "code"),
    [
        (("--fix",), 1),
        (("--fix", "--exit-zero"), 0),
        (("--fix-only",), 0),
        (("--fix-only", "--exit-non-zero-on-fix"), 1),
        (("--fix", "--unsafe-fixes"), 0),
        (("--fix", "--unsafe-fixes", "--exit-non-zero-on-fix"), 1),
    ],
)
def test_exit_codes_are_those_of_what_is_left(
    ftlint: Ftlint, write: Write, flags: tuple[str, ...], code: int
) -> None:
    write("train.jsonl", b"\xef\xbb\xbf" + b"".join([*sound(8), b'{"broken": \n']))
    assert ftlint("check", "train.jsonl", *flags, *QUIET).returncode == code


def test_rules_can_be_kept_from_fixing(ftlint: Ftlint, write: Write, tmp_path: Path) -> None:
    data = b"\xef\xbb\xbf" + b"".join([*sound(8), line(8, "bot")])
    file = write("train.jsonl", data)
    ftlint("check", "train.jsonl", "--fix", "--unfixable", "FMT,unknown-role", *QUIET)
    assert file.read_bytes() == data
    ftlint("check", "train.jsonl", "--fix", "--fixable", "CHAT", *QUIET)
    assert file.read_bytes() == b"\xef\xbb\xbf" + b"".join(sound(9))
    write("ftlint.toml", 'unfixable = ["byte-order-mark"]\n')
    ftlint("check", "train.jsonl", "--fix")
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    wrong = ftlint("check", "train.jsonl", "--fix", "--unfixable", "unknown-rol", *QUIET)
    assert wrong.returncode == 2
    assert "did you mean" in wrong.stderr


def test_what_is_accepted_is_not_fixed(ftlint: Ftlint, write: Write) -> None:
    data = b"".join([*sound(8), line(8, "bot")])
    file = write("train.jsonl", data)
    write("ftlint.toml", 'select = ["CHAT005"]\n')
    ftlint("check", "train.jsonl", "--write-suppressions")
    ftlint("check", "train.jsonl", "--fix")
    assert file.read_bytes() == data


def test_files_keep_their_form(ftlint: Ftlint, write: Write) -> None:
    lines = sound(12)
    twice = [*lines, lines[4]]
    array = write("a.json", b"[\n  " + b",\n  ".join(each.strip() for each in twice) + b"\n]\n")
    packed = write("b.jsonl.gz", gzip.compress(b"".join(twice)))
    table = write("c.parquet", b"")
    rows = [{**row(each), "id": each} for each in (*range(50), 4)]
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), table, row_group_size=20, compression="zstd")
    cells = write("d.csv", 'prompt,completion\n"a\u200bb, c",d\n"e ""f""",g\n')
    for file in (array, packed, table, cells):
        file.chmod(0o640)
        done = ftlint("check", file, "--fix", "--unsafe-fixes", *QUIET)
        assert "fixed 1 finding in 1 file" in done.stdout, done.stdout
        assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert array.read_bytes() == b"[\n  " + b",\n  ".join(each.strip() for each in lines) + b"\n]\n"
    assert gzip.decompress(packed.read_bytes()) == b"".join(lines)
    kept = pyarrow.parquet.ParquetFile(table)
    assert kept.read().to_pylist() == rows[:-1]
    assert kept.metadata.row_group(0).column(0).compression == "ZSTD"
    assert cells.read_text() == 'prompt,completion\n"ab, c",d\n"e ""f""",g\n'


def test_what_must_not_be_written_is_told(ftlint: Ftlint, write: Write, tmp_path: Path) -> None:
    data = b"\xef\xbb\xbf" + b"".join(sound(8))
    elsewhere = write("store/blob.jsonl", data)
    (tmp_path / "project").mkdir()
    link = tmp_path / "project/link.jsonl"
    link.symlink_to(elsewhere)
    fixed = write("project/fixed.jsonl", data)
    locked = write("project/locked.jsonl", data)
    locked.chmod(0o444)
    cut = write("project/cut.jsonl.gz", gzip.compress(b"".join([*sound(8), b'{"a": \n', *sound(8)]))[:-9])
    done = ftlint("check", ".", "--fix", "--unsafe-fixes", *QUIET, cwd=tmp_path / "project")
    assert elsewhere.read_bytes() == locked.read_bytes() == data
    assert fixed.read_bytes() == data[3:]
    assert link.is_symlink()
    assert cut.stat().st_size
    shown = " ".join(done.stdout.split())
    assert "not fixed: link.jsonl: a link: fix what it leads to" in shown
    assert "not fixed: locked.jsonl: read-only" in shown
    assert "not fixed: cut.jsonl.gz: the gzip data ends too early" in shown


def test_what_is_left_is_told_to_programs_and_not_counted(
    ftlint: Ftlint, write: Write, tmp_path: Path
) -> None:
    write("a.jsonl", b"".join(sound(8))).with_name("link.jsonl").symlink_to("store.bin")
    write("store.bin", b"\xef\xbb\xbf" + b"".join(sound(8)))
    done = ftlint("check", ".", "--fix", "--output-format", "json", *QUIET)
    report = json.loads(done.stdout)
    assert report["not_fixed"] == [{"path": "link.jsonl", "reason": "a link: fix what it leads to"}]
    assert report["summary"]["fixable"] == 0
    assert [each["path"] for each in report["findings"]] == ["link.jsonl"]
    plain = json.loads(ftlint("check", ".", "--output-format", "json", *QUIET).stdout)
    assert plain["summary"]["fixable"] == 1


def test_standard_input_is_given_back_fixed(ftlint: Ftlint) -> None:
    data = "\ufeff" + b"".join(sound(8)).decode()
    done = ftlint("check", "-", "--fix", "--stdin-filename", "train.jsonl", *QUIET, input=data)
    assert done.stdout == data[1:]
    assert done.stderr == "fixed 1 finding in 1 file\n"
    same = ftlint("check", "-", "--fix-only", "--quiet", *QUIET, input=data[1:])
    assert (same.stdout, same.stderr) == (data[1:], "")


def test_of_copies_one_stays(ftlint: Ftlint, write: Write, tmp_path: Path) -> None:
    """A row stands twice in one split and once in the other: whatever is dropped, it does not vanish."""
    lines = sound(20)
    write("train.jsonl", b"".join([*lines, lines[3]]))
    write("test.jsonl", b"".join([lines[3], lines[3], *sound(40)[25:]]))
    ftlint("check", ".", "--isolated", "--select", "DUP,LEAK", "--fix", "--unsafe-fixes")
    both = (tmp_path / "train.jsonl").read_bytes() + (tmp_path / "test.jsonl").read_bytes()
    assert both.count(lines[3]) == 1
    assert all(both.count(each) == 1 for each in lines)


def test_copies_of_what_is_nearly_a_copy_go_at_once(ftlint: Ftlint, write: Write, tmp_path: Path) -> None:
    words = " ".join(f"word{number}" for number in range(60))
    first, near = ({"prompt": f"Say: {words}{end}", "completion": "Yes."} for end in ("", " again"))
    rows = [json.dumps({**each, "id": index}) for index, each in enumerate([first, *[near] * 30])]
    file = write("train.jsonl", "\n".join(rows) + "\n")
    ftlint("check", ".", "--isolated", "--select", "DUP", "--fix", "--unsafe-fixes")
    assert file.read_text() == rows[0] + "\n"
    told = changes(tmp_path)[1:]
    assert sorted({each["rule"] for each in told}) == ["DUP001", "DUP004"]
    assert sorted(each["row"] for each in told) == list(range(1, 31))


def test_a_benchmark_is_not_edited_for_training_data(ftlint: Ftlint, write: Write) -> None:
    def item(number: int) -> str:
        asked = " ".join(f"token{number}x{word}" for word in range(30))
        return json.dumps({"prompt": asked, "completion": f"It is {number}."}) + "\n"

    write(
        "ftlint.toml",
        '[[dataset]]\nname = "d"\ntrain = "train.jsonl"\ntest = "bench/test.jsonl"\n'
        'benchmark = ["bench/*.jsonl"]\n',
    )
    train = write("train.jsonl", "".join(map(item, [1, 2, 3, 4, 4])))
    test = write("bench/test.jsonl", "".join(map(item, [1, 8])))
    other = write("bench/other.jsonl", "".join(map(item, [2, 9, 9])))
    before = test.read_bytes(), other.read_bytes()
    ftlint("check", ".", "--select", "DUP,LEAK", "--fix", "--unsafe-fixes")
    assert (test.read_bytes(), other.read_bytes()) == before
    assert train.read_text() == item(3) + item(4)


def test_a_config_is_fixed_in_its_own_dialect(ftlint: Ftlint, write: Write) -> None:
    text = (
        "base_model: org/model\nadapter: lora\nlora_r: 16\nlearning_rate: 0.02 # too high\n"
        "sequence_len: 2048\nmicro_batch_size: 2\nnum_epochs: 3\nval_set_size: 0.1\n"
        "datasets:\n  - path: org/data\n    type: alpaca\n"
    )
    config = write("axolotl.yaml", text)
    done = ftlint("check", "axolotl.yaml", "--isolated", "--select", "CFG001", "--fix", "--unsafe-fixes")
    assert "CFG001" not in done.stdout
    assert config.read_text() == text.replace("0.02", "2.0e-4")


def test_flags_that_make_no_sense_are_refused(ftlint: Ftlint, write: Write) -> None:
    write("train.jsonl", b"".join(sound(8)))
    silent = ("--fix-only", "--output-format", "json")
    for flags in (("--unsafe-fixes",), ("--show-fixes",), ("--fix", "--write-suppressions"), silent):
        assert ftlint("check", "train.jsonl", *flags).returncode == 2


def test_what_the_cache_knows_is_fixed_all_the_same(ftlint: Ftlint, write: Write) -> None:
    lines = [line(number) for number in range(30_000)]
    assert sum(map(len, lines)) > 4 << 20, "smaller files are not cached"
    lines[70] = line(70, "bot")
    file = write("train.jsonl", b"".join(lines))
    flags = ("--isolated", "--select", "CHAT005")
    os.utime(file, ns=(1, 1))
    assert ftlint("check", "train.jsonl", *flags).returncode == 1
    sarif = [
        ftlint("check", "train.jsonl", *flags, "--output-format", "sarif", *more) for more in ((), ("-n",))
    ]
    assert '"fixes"' in sarif[0].stdout
    assert sarif[0].stdout == sarif[1].stdout
    done = ftlint("check", "train.jsonl", "--fix", *flags)
    assert "fixed 1 finding in 1 file" in done.stdout
    assert file.read_bytes() == b"".join([*lines[:70], line(70), *lines[71:]])


def test_a_report_in_a_file_goes_with_fix_only(ftlint: Ftlint, write: Write, tmp_path: Path) -> None:
    write("train.jsonl", b"\xef\xbb\xbf" + b"".join(sound(8)))
    done = ftlint("check", "train.jsonl", "--fix-only", *QUIET, "--output-format", "json=report.json")
    assert done.stdout.startswith("fixed 1 finding in 1 file")
    report = json.loads((tmp_path / "report.json").read_text())
    assert [entry["code"] for entry in report["fixed"]] == ["FMT009"]
