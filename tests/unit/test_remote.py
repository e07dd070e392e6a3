"""Files in an object store and on a web server give the report that the same files give on disk."""

import gzip
import json
import os
import random
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import fsspec
import pyarrow
import pyarrow.parquet
import pytest
from stores import BUCKET, KEYS, S3, hub, web

from ftlint.cli.main import main
from ftlint.engine import suppress
from ftlint.model import FtlintError, Source
from ftlint.read import remote
from ftlint.read.discover import discover
from ftlint.read.records import blocks
from ftlint.read.remote_file import RemoteFile
from ftlint.settings import Settings, override

Run = subprocess.CompletedProcess[str]
Ftlint = Callable[..., Run]
WORDS = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda"]
KEY, SECRET = KEYS["aws_access_key_id"], KEYS["aws_secret_access_key"]


@pytest.fixture(scope="module")
def s3() -> Iterator[S3]:
    store = S3()
    yield store
    store.close()


@pytest.fixture
def environment(s3: S3) -> dict[str, str]:
    """What leads to the store."""
    return {
        "AWS_ENDPOINT_URL": s3.url,
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_MAX_ATTEMPTS": "1",
        "NO_PROXY": "127.0.0.1",
    }


@pytest.fixture
def check(ftlint: Ftlint, environment: dict[str, str]) -> Ftlint:
    """Runs `ftlint check` with the store's address in its environment."""

    def run(*arguments: str, env: dict[str, str] | None = None, **options: Any) -> Run:
        known = {**environment, **(env or {})}
        # files beside the data, which secrets are looked for in, are taken from disk alone
        return ftlint(
            "check",
            *arguments,
            "--ignore",
            "SEC,CFG,FIT,RUN,SPLIT004",
            "--today",
            "2026-01-01",
            env=known,
            **options,
        )

    return run


@pytest.fixture
def found(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """What `discover` finds in the store, in this process."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    def run(path: str, **options: Any) -> list[str]:
        return [each.path for each in discover([path], override(Settings(root="/"), **options))]

    return run


def rows(first: int, count: int) -> list[dict[str, Any]]:
    """Chat rows that are the same whenever they are made."""
    made = []
    for number in range(first, first + count):
        chance = random.Random(number)
        question, answer = (" ".join(chance.choices(WORDS, k=30)) for _ in range(2))
        made.append(
            {
                "messages": [
                    {"role": "user", "content": f"{number}: {question}"},
                    {"role": "assistant", "content": answer},
                ]
            }
        )
    return made


def lines(data: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in data).encode()


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory, s3: S3) -> Path:
    """A folder of shards, an archive and a Parquet file with faults and leaks, on disk and in the store."""
    root = tmp_path_factory.mktemp("files")
    folder = root / BUCKET / "chat"
    (folder / "raw").mkdir(parents=True)
    (folder / ".cache").mkdir()
    for shard in range(3):
        raw = lines(rows(shard * 200, 200)).splitlines(keepends=True)
        raw[50] = raw[50][:-9] + b"\n"
        raw.insert(70, b"\n")
        raw[90] = raw[10]
        (folder / f"train-0000{shard}-of-00003.jsonl").write_bytes(b"".join(raw))
    (folder / "val.jsonl.gz").write_bytes(gzip.compress(lines(rows(150, 100))))
    table = pyarrow.Table.from_pylist([*rows(700, 60), *rows(0, 5)])
    pyarrow.parquet.write_table(table, folder / "test.parquet", row_group_size=20)
    (folder / "raw" / "notes.jsonl").write_bytes(lines(rows(900, 20)))
    (folder / ".cache" / "x.jsonl").write_bytes(lines(rows(900, 20)))
    (folder / "settings.json").write_text('{"rate": 0.1}')
    (folder / "package.json").write_text("{}")
    s3.mirror(folder, "chat")
    return root


def told(done: Run, *addresses: str) -> Any:
    """A JSON report with paths as they are on disk, less what hangs on the path or the clock."""
    assert done.returncode in (0, 1), done.stderr
    text = done.stdout
    for address in addresses:
        text = text.replace(address, f"{BUCKET}/")
    report = json.loads(text)
    del report["summary"]["seconds"]
    for finding in report["findings"]:
        del finding["fingerprint"]
    report["findings"].sort(key=json.dumps)
    return report


@pytest.fixture(scope="module")
def on_disk(data: Path) -> Any:
    """What is said of the files on disk."""
    command = [
        sys.executable,
        "-m",
        "ftlint",
        "check",
        f"{BUCKET}/chat",
        "--ignore",
        "SEC,CFG,FIT,RUN,SPLIT004",
        "--today",
        "2026-01-01",
    ]
    done = subprocess.run(
        [*command, "--output-format", "json"],
        cwd=data,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return told(done)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_bucket_is_checked_as_the_folder_is(check: Ftlint, data: Path, on_disk: Any, jobs: str) -> None:
    in_store = told(
        check(f"s3://{BUCKET}/chat/", "--jobs", jobs, "--output-format", "json", cwd=data), f"s3://{BUCKET}/"
    )
    assert in_store == on_disk
    assert on_disk["summary"]["files"] == 6
    found = {finding["name"] for finding in on_disk["findings"]}
    assert {"split-leakage", "truncated-row", "exact-duplicate", "blank-line"} <= found


def test_what_a_person_sees_is_the_same(check: Ftlint, data: Path) -> None:
    on_disk = check(f"{BUCKET}/chat", cwd=data).stdout
    in_store = check(f"s3://{BUCKET}/chat", cwd=data).stdout
    assert _plain(in_store.replace(f"s3://{BUCKET}/", f"{BUCKET}/")) == _plain(on_disk)
    assert "│" in on_disk, "excerpts read rows again"


def _plain(text: str) -> list[str]:
    """Lines without widths, that hang on the length of paths, and times."""
    return [re.sub(r"[\d.]+ s\b", "", " ".join(line.split())) for line in text.splitlines()]


SHARDED = """
import json, sys
from ftlint.engine.bind import bind
from ftlint.engine.executors import Processes, Serial
from ftlint.engine.lint import check
from ftlint.engine.plan import RuleSet
from ftlint.read.discover import discover
from ftlint.registry import selected
from ftlint.settings import Settings
import fsspec
if sys.argv[1].startswith("memory"):
    fsspec.filesystem("memory").pipe_file(sys.argv[1], open(sys.argv[2], "rb").read())
settings = Settings(root="/")
told = []
for executor, size in ((Serial(), 1 << 30), (Processes(2), 150_000), (Processes(2), 700_000)):
    bindings = bind(discover([sys.argv[1]], settings), settings)
    report = check(bindings, settings, RuleSet(selected(settings)), executor=executor, shard_bytes=size)
    told.append([[str(finding) for finding, _ in report.findings()], report.files[0].rows])
print(json.dumps(told))
"""


@pytest.mark.parametrize("address", [f"s3://{BUCKET}/long/train.jsonl", "memory://long/train.jsonl"])
def test_forked_workers_read_ranges_of_a_file_that_the_parent_has_read(
    environment: dict[str, str], s3: S3, tmp_path: Path, address: str
) -> None:
    raw = lines(rows(0, 3_000)).splitlines(keepends=True)
    raw[2_000] = raw[2_000][:-9] + b"\n"
    file = tmp_path / "train.jsonl"
    file.write_bytes(b"".join(raw))
    assert file.stat().st_size > remote.HEAD, "a shorter one is kept in memory"
    s3.put("long/train.jsonl", file.read_bytes())
    done = subprocess.run(
        [sys.executable, "-c", SHARDED, address, str(file)],
        env={**os.environ, **environment}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    whole, small, large = json.loads(done.stdout)
    assert whole == small == large
    assert whole[1] == 3_000
    assert any("breaks off" in finding for finding in whole[0])


def test_what_is_excluded_is_left_out(data: Path, found: Callable[..., list[str]]) -> None:
    bucket = f"s3://{BUCKET}/chat"
    named = f"{bucket}/raw/notes.jsonl"
    assert named in found(bucket)
    for glob in ("raw", "/raw/*.jsonl", f"{bucket}/raw", f"s3://{KEY}:{SECRET}@{BUCKET}/chat/*/notes.jsonl"):
        kept = found(bucket, extend_exclude=[glob])
        assert named not in kept, glob
        assert len(kept) == 5
        assert found(f"{bucket}/**/*.jsonl", extend_exclude=[glob]) == [
            each for each in kept if "train" in each
        ]
        assert found(named, extend_exclude=[glob]) == [named]
        forced = found(named, extend_exclude=[glob], force_exclude=True)
        assert forced == ([named] if glob.startswith("/") else []), (
            "a path is of the folder that is asked for"
        )


@pytest.mark.parametrize(
    ("glob", "count"),
    [
        ("chat/train-*.jsonl", 3),
        ("chat/train-0000[01]-*.jsonl", 2),
        ("chat/*.{gz,parquet}", 2),
        ("chat/**/*.jsonl", 4),
        ("chat/.cache/*", 1),
        ("**/train-*", 3),
        ("ch*/raw/*", 1),
        ("chat/val.jsonl.g?", 1),
        ("chat/val.jsonl.gz", 1),
    ],
)
def test_globs_of_addresses(data: Path, found: Callable[..., list[str]], glob: str, count: int) -> None:
    assert len(found(f"s3://{BUCKET}/{glob}")) == count


SETTINGS = f"""
[[dataset]]
name = "support"
train = "s3://{BUCKET}/chat/train-*.jsonl"
validation = ["s3://{BUCKET}/chat/val.jsonl.gz"]
test = "held.jsonl"
"""


def test_declared_datasets_name_addresses(check: Ftlint, data: Path, tmp_path: Path) -> None:
    (tmp_path / "ftlint.toml").write_text(SETTINGS)
    (tmp_path / "held.jsonl").write_bytes(lines(rows(2000, 60)))
    report = json.loads(check("--output-format", "json").stdout)
    assert report["summary"]["files"] == 5
    leaks = [each for each in report["findings"] if each["name"] == "split-leakage"]
    assert leaks
    assert all(f"s3://{BUCKET}/chat/" in each["path"] for each in leaks)
    assert "support · declared in settings" in check(f"s3://{BUCKET}/chat", "--show-files").stdout


def test_a_local_file_needs_no_store(check: Ftlint, tmp_path: Path) -> None:
    (tmp_path / "ftlint.toml").write_text(SETTINGS)
    (tmp_path / "held.jsonl").write_bytes(lines(rows(2000, 60)))
    done = check("held.jsonl", "--show-files", env={"AWS_ENDPOINT_URL": f"http://127.0.0.1:{_closed_port()}"})
    assert "support · declared in settings" in done.stdout
    assert not done.stderr


def _closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def refused(done: Run) -> str:
    """The one line that a run which could not check leaves."""
    assert done.returncode == 2, done.stdout
    assert not done.stdout
    assert done.stderr.startswith("ftlint: ")
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (f"s3://{BUCKET}/none.jsonl", "no such file or folder"),
        (f"s3://{BUCKET}/none/", "no such file or folder"),
        (f"s3://{BUCKET}/none/*.jsonl", "no file matches"),
        ("s3://nobucket/a.jsonl", "no such bucket"),
        ("s3://nobucket", "no such bucket"),
        ("s3://nobucket/*.jsonl", "no such bucket"),
        ("s3://nobucket/**/*.jsonl", "no such bucket"),
        ("s3://no*/a.jsonl", "a glob cannot stand for the name of a bucket"),
        (f"s3://{KEY}:{SECRET}/{BUCKET}/a.jsonl", "credentials in an address end with an @"),
        ("nosuch://a/b.jsonl", "fsspec knows no file system nosuch://"),
        ("simplecache::s3://a/b.jsonl", "chains of file systems are not read"),
        ("http://127.0.0.1:CLOSED/a.jsonl", "cannot be reached"),
    ],
)
def test_what_cannot_be_read_is_said(
    found: Callable[..., list[str]], capsys: pytest.CaptureFixture[str], address: str, said: str
) -> None:
    assert main(["check", address.replace("CLOSED", str(_closed_port())), "--isolated"]) == 2
    printed = capsys.readouterr()
    assert not printed.out
    assert re.fullmatch(r"ftlint: [^\n]+\n", printed.err)
    assert said in printed.err
    assert SECRET not in printed.err
    assert KEY not in printed.err


def test_a_missing_object_is_one_line(check: Ftlint) -> None:
    assert refused(check(f"s3://{BUCKET}/none.jsonl")) == (
        f"ftlint: s3://{BUCKET}/none.jsonl: no such file or folder\n"
    )


def test_a_store_that_cannot_be_reached(check: Ftlint) -> None:
    done = check(f"s3://{BUCKET}/chat/", env={"AWS_ENDPOINT_URL": f"http://127.0.0.1:{_closed_port()}"})
    assert "cannot be reached" in refused(done)


def test_keys_that_are_wrong_or_missing(check: Ftlint, s3: S3, data: Path) -> None:
    with s3.only_known_keys():
        for address in (f"s3://{BUCKET}/chat/", f"s3://{KEY}:{SECRET}@{BUCKET}/chat/*.jsonl"):
            line = refused(check(address))
            assert "access is refused: are the credentials right" in line
            assert SECRET not in line
            assert KEY not in line
    none = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "HOME": "/nonexistent"}
    assert "no credentials were found: set AWS_ACCESS_KEY_ID" in refused(
        check(f"s3://{BUCKET}/chat/", env=none)
    )


def test_credentials_in_an_address_are_used_and_never_shown(
    check: Ftlint, data: Path, tmp_path: Path
) -> None:
    none = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "HOME": "/nonexistent"}
    address = f"s3://{KEY}:{SECRET}@{BUCKET}/chat/"
    formats = ["full", "concise", "json", "jsonl", "github"]
    outputs = [word for name in formats for word in ("--output-format", f"{name}={tmp_path / name}")]
    done = check(address, *outputs, env=none)
    assert done.returncode == 1, done.stderr
    files = check(address, "--show-files", env=none).stdout
    for name, text in {**{name: (tmp_path / name).read_text() for name in formats}, "files": files}.items():
        assert f"//{BUCKET}/chat/train-00000" in text, name
        assert KEY not in text
        assert SECRET not in text
    assert not done.stdout + done.stderr


def test_credentials_in_the_settings_are_never_shown(check: Ftlint, ftlint: Ftlint, tmp_path: Path) -> None:
    text = SETTINGS.replace("s3://", f"s3://{KEY}:{SECRET}@").replace("chat/val", "none*/val")
    (tmp_path / "ftlint.toml").write_text(text)
    done = check("--write-suppressions")
    assert done.returncode == 0, done.stderr
    shown = ftlint("settings").stdout
    assert "s3://corpus/chat/train-*.jsonl" in shown
    everything = shown + done.stdout + done.stderr + check().stdout
    everything += "".join(
        file.read_text("latin-1")
        for file in tmp_path.rglob("*")
        if file.is_file() and file.name != "ftlint.toml"
    )
    assert "no file matches validation = 's3://corpus/none*/val.jsonl.gz'" in everything
    assert "ftlint-suppressions" in str(list(tmp_path.iterdir()))
    assert KEY not in everything
    assert SECRET not in everything


def test_suppressions_of_remote_files_are_kept(tmp_path: Path) -> None:
    file = str(tmp_path / "suppressions.json")
    suppress.save(
        file, [suppress.Entry(path, "DUP001", "f") for path in (f"s3://{BUCKET}/a.jsonl", "a.jsonl")]
    )
    assert suppress.prune(file, [], str(tmp_path)) == 1
    assert [entry.path for entry in suppress.load(file).entries] == [f"s3://{BUCKET}/a.jsonl"]


def test_the_cache_is_used_until_the_object_changes(check: Ftlint, s3: S3, tmp_path: Path) -> None:
    key, address = "big/train.jsonl", f"s3://{BUCKET}/big/train.jsonl"
    raw = lines(rows(0, 11_000))
    assert len(raw) > 4 << 20
    s3.put(key, raw)
    s3.reads(key)
    first = told(check(address, "--output-format", "json"))
    cold = s3.reads(key)
    assert told(check(address, "--output-format", "json")) == first
    warm = s3.reads(key)
    assert warm < cold
    assert list((tmp_path / ".ftlint_cache").rglob("*.bin"))
    doubled = raw.splitlines(keepends=True)
    twin = next(row for row in range(7_001, 11_000) if len(doubled[row]) == len(doubled[7_000]))
    doubled[twin] = doubled[7_000]
    s3.put(key, b"".join(doubled))
    assert sum(map(len, doubled)) == len(raw), "only the content has changed"
    changed = told(check(address, "--output-format", "json"))
    assert "exact-duplicate" in {finding["name"] for finding in changed["findings"]}
    assert twin + 1 in {finding["line"] for finding in changed["findings"]}


def test_nothing_is_kept_of_a_store_that_does_not_say_what_changed() -> None:
    assert remote._identity({"size": 9}, "memory") == ""
    assert remote._identity({"size": 9, "ETag": '"a"'}, "s3") != remote._identity(
        {"size": 9, "ETag": '"b"'}, "s3"
    )
    old, new = "Mon, 02 Jan 2006 15:04:05 GMT", "Fri, 02 Jan 2299 15:04:05 GMT"
    assert remote._identity({"size": 9, "Last-Modified": old}, "https")
    assert remote._identity({"size": 9, "Last-Modified": new}, "https") == ""
    assert remote._identity({"size": 9, "Last-Modified": new, "ETag": '"a"'}, "https") == ""
    assert remote._identity({"size": 9, "ETag": '"a"'}, "https")
    assert remote._identity({"size": 9, "ETag": 'W/"a"'}, "https") == ""
    assert remote._identity({"size": 9, "mtime": 1.0}, "sftp")


@pytest.mark.parametrize("ranges", [True, False])
def test_a_web_server_with_and_without_ranges(check: Ftlint, data: Path, on_disk: Any, ranges: bool) -> None:
    with web(data / BUCKET, ranges) as (url, asked):
        folder = told(check(f"{url}/chat/", "--jobs", "2", "--output-format", "json"), f"{url}/")
        assert any(" bytes=" in each for each in asked)
        shown = check(f"{url}/chat/val.jsonl.gz?token=abcdef123", "--show-files").stdout
        assert "no such file" in refused(check(f"{url}/chat/none.jsonl"))
    assert folder["findings"] == on_disk["findings"]
    assert folder["summary"] == on_disk["summary"]
    assert shown.count(f"{url}/chat/val.jsonl.gz\n") == 1
    assert "abcdef" not in shown


def test_addresses_that_differ_only_in_what_is_hidden(check: Ftlint, data: Path) -> None:
    with web(data / BUCKET, ranges=True) as (url, _):
        file = f"{url}/chat/val.jsonl.gz"
        line = refused(check(f"{file}?token=abcdef123", f"{file}?token=abcdef124"))
    assert "differ only in what is not shown" in line
    assert "abcdef" not in line


def test_neighbouring_rows_are_one_request(tmp_path: Path) -> None:
    raw = random.Random(0).randbytes(6 << 20)
    (tmp_path / "a.bin").write_bytes(raw)
    near = [(offset, 300) for offset in range(1000, 900_000, 5_000)]
    far = [(5 << 20, 70), ((5 << 20) + 40, 70), ((6 << 20) - 10, 99)]
    with web(tmp_path, ranges=True) as (url, asked):
        found = list(remote.fetch_all(f"{url}/a.bin", len(raw), [*near, *far]))
    assert found == [raw[offset : offset + size] for offset, size in [*near, *far]]
    assert len(asked) == 2


@pytest.mark.parametrize("ranges", [True, False])
def test_a_remote_file_reads_as_a_file_does(tmp_path: Path, ranges: bool) -> None:
    raw = random.Random(1).randbytes(3 << 20)
    (tmp_path / "a.bin").write_bytes(raw)
    with web(tmp_path, ranges) as (url, asked):
        remote.forget()
        with open(tmp_path / "a.bin", "rb") as real, RemoteFile(f"{url}/a.bin") as file:
            asked.clear()
            for seek, whence, size in (
                (0, 0, 100), (0, 1, 1 << 20), (-8, 2, 8), (-8, 2, 99), (5, 0, 0),
                (1 << 20, 0, 2 << 20), (7, 0, -1), (9 << 20, 0, 5), (300_000, 0, 7), (-7, 1, 7),
            ):  # fmt: skip
                assert file.seek(seek, whence) == real.seek(seek, whence)
                assert file.read(size) == real.read(size), (seek, whence, size)
                assert file.tell() == real.tell()
        assert len(asked) < 10


def test_an_object_that_has_become_shorter_is_not_taken_for_whole(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"x" * 1000)
    with (
        web(tmp_path, ranges=True) as (url, _),
        pytest.raises(FtlintError, match="was it changed while it was read"),
    ):
        remote.fetch(f"{url}/a.bin", 500, 2000)


@pytest.mark.parametrize("container", ["parquet", "arrow"])
def test_a_store_that_fails_is_no_fault_of_the_file(container: Any) -> None:
    table = pyarrow.table({"prompt": [random.Random(n).randbytes(300).hex() for n in range(3000)]})
    raw = pyarrow.BufferOutputStream()
    if container == "parquet":
        pyarrow.parquet.write_table(table, raw, row_group_size=500)
    else:
        with pyarrow.ipc.new_file(raw, table.schema) as writer:
            writer.write_table(table, max_chunksize=500)
    data = raw.getvalue().to_pybytes()
    url = f"memory://a.{container}"
    fsspec.filesystem("memory").pipe_file(url, data)
    source = Source(url, url, len(data), container)
    assert sum(len(block.data) for block in blocks(source)) == 3000
    with pytest.raises(FtlintError, match="was it changed while it was read"):
        list(blocks(source._replace(size=len(data) + 99)))


def test_a_repository_of_a_hub(check: Ftlint, data: Path, on_disk: Any) -> None:
    repository = "hf://datasets/org/name"
    with hub(data / BUCKET) as url:
        env = {"HF_ENDPOINT": url, "HF_HUB_DISABLE_TELEMETRY": "1", "HF_TOKEN": ""}
        done = check(f"{repository}/chat", "--jobs", "2", "--output-format", "json", env=env)
        none = refused(check("hf://datasets/org/other/chat", env=env))
    assert told(done, f"{repository}/") == on_disk
    assert "access is refused, or there is no such repository" in none


def test_a_file_address_is_a_local_file(check: Ftlint, data: Path) -> None:
    file = data / BUCKET / "chat" / "train-00000-of-00003.jsonl"
    by_path = told(check(str(file), "--output-format", "json", cwd=data))
    assert told(check(f"file://{file}", "--output-format", "json", cwd=data)) == by_path


MISSING = """
import sys
sys.modules[sys.argv[1]] = None
from ftlint.cli.main import main
sys.exit(main(["check", "s3://bucket/a.jsonl"]))
"""


@pytest.mark.parametrize(
    ("package", "install"), [("fsspec", "pip install 'ftlint[remote]'"), ("s3fs", "pip install s3fs")]
)
def test_a_missing_package_is_named(package: str, install: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", MISSING, package], capture_output=True, text=True, timeout=60, check=False
    )
    assert install in refused(done)


LOCAL = """
import sys
from ftlint.cli.main import main
main(["check", sys.argv[1]])
loaded = {"fsspec", "aiohttp", "ftlint.read.remote", "ftlint.read.afar"} & set(sys.modules)
assert not loaded, loaded
"""


def test_a_local_check_loads_nothing_of_this(data: Path) -> None:
    file = data / BUCKET / "chat" / "raw" / "notes.jsonl"
    subprocess.run([sys.executable, "-c", LOCAL, str(file)], check=True, capture_output=True, timeout=60)
