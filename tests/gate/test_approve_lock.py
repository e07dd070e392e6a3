"""The lock: each of its fields broken, each file it locks changed, gone or joined by another."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from gate_project import CONFIG, SETTINGS, approved, outcome, project, row, settings_of

from ftlint.gate.configs import read_config
from ftlint.gate.lock import NAME, Lock, lock_hash, read_lock, sealed, write_lock
from ftlint.gate.verify import Breach, approval_for, breaches
from ftlint.model import FtlintError

EXTENDED = """extend = "shared.toml"
[reasons]
blank-line = "the export writes them"
"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An approved project whose lock has something in every field."""
    root = tmp_path_factory.mktemp("whole")
    project(root, settings=EXTENDED + SETTINGS, chat_template="chat.jinja", deepspeed="configs/zero.json")
    (root / "shared.toml").write_text('[rules.blank-line]\nseverity = "warning"\n')
    (root / "chat.jinja").write_text("{% for message in messages %}{{ message['content'] }}{% endfor %}")
    (root / "configs/zero.json").write_text(
        json.dumps({"zero_optimization": {"stage": 2}, "bf16": {"enabled": True}})
    )
    with (root / "data/val.jsonl").open("a") as stream:
        stream.write("\n")
    with (root / "data/test.jsonl").open("a") as stream:
        stream.write("\n")
    approval = approved(root, **WAIVED)
    write_lock(str(root), Lock(ftlint_lock=1, approvals=[approval]))
    return root


WAIVED: dict[str, str] = {}


@pytest.fixture
def copy(whole: Path, tmp_path: Path) -> Path:
    root = tmp_path / "project"
    shutil.copytree(whole, root)
    return root


def refused(root: Path) -> str:
    """What `train` says of the project as it is."""
    settings = settings_of(root)
    with pytest.raises(FtlintError) as error:
        approval_for(read_config(CONFIG, settings), settings)
    return str(error.value)


def found(root: Path) -> list[Breach]:
    return breaches(read_lock(str(root)).approvals[0], settings_of(root))


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, dict) and value:
        for key, each in value.items():
            yield from leaves(each, (*path, key))
    elif isinstance(value, list) and value:
        for index, each in enumerate(value):
            yield from leaves(each, (*path, index))
    else:
        yield path


def other(value: Any, key: str | int) -> Any:
    """Another value of the same kind."""
    if isinstance(value, str) and len(value) == 64 and set(value) <= set("0123456789abcdef"):
        return ("0" if value[0] != "0" else "1") + value[1:]
    if isinstance(value, str) and key == "source":
        return "record" if value != "record" else "comment"
    if key == "at":
        return value.replace("-11-", "-12-")
    if isinstance(value, str):
        return f"{value}x"
    if isinstance(value, float):
        return value / 2
    if isinstance(value, int):
        return value + 1
    if value is None:
        return {"line": 3, "audit": {"seq": 1, "hash": "0" * 64}}[str(key)]
    if value == []:
        return {"deferred": ["blank-line"], "not_run": [{"code": "", "reason": "x"}]}.get(str(key))
    raise AssertionError(f"no other value for {key}: {value!r}")


def changed_at(plain: Any, path: tuple[str | int, ...]) -> bool:
    """Change one leaf in place; False for an empty list that cannot be filled by itself."""
    for key in path[:-1]:
        plain = plain[key]
    new = other(plain[path[-1]], path[-1])
    if new is None:
        return False
    plain[path[-1]] = new
    return True


def broken(root: Path, *, reseal: bool) -> Iterator[tuple[str, list[Breach]]]:
    """The lock broken at each of its leaves, one by one: the field, and what is said of it."""
    file = root / NAME
    text = file.read_text()
    settings = settings_of(root)
    count = 0
    for path in leaves(json.loads(text)["approvals"][0]):
        plain = json.loads(text)
        if not changed_at(plain["approvals"][0], path):
            continue
        if reseal:
            if path[0] == "seal":
                continue
            approval = sealed(Lock.model_validate_json(json.dumps(plain)).approvals[0])
            plain["approvals"][0] = approval.model_dump(mode="json")
        file.write_text(json.dumps(plain))
        told = breaches(read_lock(str(root)).approvals[0], settings)
        if path[:2] in (("config", "path"), ("config", "line")):
            told = told or [Breach("config.line", "", "")]
        yield ".".join(map(str, path)), told
        count += 1
    assert count > 60
    file.write_text(text)


def test_a_lock_says_all_that_it_is_asked_for(whole: Path) -> None:
    plain = json.loads((whole / NAME).read_text())["approvals"][0]
    assert [each["path"] for each in plain["settings"]] == ["shared.toml", "ftlint.toml"]
    assert [each["path"] for each in plain["config"]["parts"]] == ["configs/zero.json"]
    assert {split: len(files) for split, files in plain["data"].items()} == {
        "train": 1,
        "validation": 1,
        "test": 1,
        "general": 1,
    }
    assert plain["general_share"] == 0.2
    assert plain["tokenizer"]["template_from"] == "chat.jinja"
    assert [each["source"] for each in plain["waivers"]] == ["settings", "settings"]
    assert plain["deferred"] == ["missing-baseline"]


def test_each_field_of_the_lock_is_refused_by_its_name(copy: Path) -> None:
    for field, told in broken(copy, reseal=False):
        top, _, rest = field.partition(".")
        edited = {each.field for each in told if each.path == NAME and "edited in the lock" in each.message}
        # of a field and its hash in the seal nobody can say which was edited
        assert edited == {rest if top == "seal" else top}, (field, told)


def test_who_seals_a_broken_lock_anew_is_refused_where_files_tell(copy: Path) -> None:
    unknown = {field.split(".")[0] for field, told in broken(copy, reseal=True) if not told}
    # what nobody can read off the files: only the audit log, with its key, or `--check --rules` tells
    assert unknown == {"waivers", "deferred", "not_run", "by", "at", "audit"}


def test_a_train_refusal_names_field_file_change_and_cure(copy: Path) -> None:
    (copy / "data/val.jsonl").write_bytes((copy / "data/val.jsonl").read_bytes() + b" ")
    message = refused(copy)
    assert message.startswith("data/val.jsonl: data.validation[0]: changed (")
    assert "bytes then, " in message
    assert "put it back as it was, or approve again: ftlint approve " in message


FILES = {
    CONFIG: "config",
    "configs/zero.json": "config.parts[0]",
    "ftlint.toml": "settings[1]",
    "shared.toml": "settings[0]",
    "chat.jinja": "tokenizer.template_sha256",
    "data/train.jsonl": "data.train[0]",
    "data/val.jsonl": "data.validation[0]",
    "data/test.jsonl": "data.test[0]",
    "data/general.jsonl": "data.general[0]",
    "base/config.json": "model.files[0]",
    "base/model.safetensors": "model.files[1]",
    "base/tokenizer_config.json": "tokenizer.files[0]",
}


def flipped(path: Path) -> None:
    """One byte of a file is another, its size and its time are as before."""
    import os

    known = path.stat()
    data = bytearray(path.read_bytes())
    place = len(data) - 1 if path.suffix in (".jsonl", ".yaml", ".toml") else len(data) // 2
    data[place] = {ord("\n"): ord(" ")}.get(data[place], data[place] ^ 1)
    path.write_bytes(data)
    os.utime(path, ns=(known.st_atime_ns, known.st_mtime_ns))


@pytest.mark.parametrize("path", FILES)
def test_each_locked_file_changed_by_one_byte(copy: Path, path: str) -> None:
    assert not found(copy)
    flipped(copy / path)
    told = found(copy)
    assert FILES[path] in [each.field for each in told], told
    assert any(each.path in (path, CONFIG) for each in told)
    assert FILES[path].split("[")[0].split(".")[0] in refused(copy)


@pytest.mark.parametrize("path", [each for each in FILES if each not in ("ftlint.toml", "shared.toml")])
def test_each_locked_file_gone(copy: Path, path: str) -> None:
    settings = settings_of(copy)
    approval = read_lock(str(copy)).approvals[0]
    (copy / path).unlink()
    told = breaches(approval, settings)
    top = FILES[path].split("[")[0].split(".")[0]
    assert top in [each.field.split("[")[0].split(".")[0] for each in told], told


ADDED: dict[str, tuple[str, Callable[[Path], object]]] = {
    "data of the glob": (
        "data.train",
        lambda root: (root / "data/train-2.jsonl").write_text(json.dumps(row("a", "b"))),
    ),
    "code of the model": ("model.files", lambda root: (root / "base/modeling.py").write_text("import os\n")),
    "a template": ("tokenizer.files", lambda root: (root / "base/chat_template.jinja").write_text("x")),
    "generation settings": (
        "model.files",
        lambda root: (root / "base/generation_config.json").write_text("{}"),
    ),
}


@pytest.mark.parametrize("what", ADDED)
def test_files_that_were_added(copy: Path, what: str) -> None:
    field, add = ADDED[what]
    add(copy)
    told = found(copy)
    assert field in [each.field for each in told], told


def test_a_link_that_leads_elsewhere_is_another_file(tmp_path: Path) -> None:
    root = project(tmp_path)
    (root / "data/train.jsonl").rename(root / "data/v1.jsonl")
    shutil.copy(root / "data/v1.jsonl", root / "data/v2.jsonl")
    with (root / "data/v2.jsonl").open("a") as stream:
        stream.write(json.dumps(row("new", "row")) + "\n")
    (root / "data/train.jsonl").symlink_to("v1.jsonl")
    approved(root)
    assert not found(root)
    (root / "data/train.jsonl").unlink()
    (root / "data/train.jsonl").symlink_to("v2.jsonl")
    assert [each.field for each in found(root)] == ["data.train[0]"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda patch: patch.setattr("ftlint.gate.ruleset.__version__", "9.9.9"), "rules.version"),
        (
            lambda patch: patch.setattr(
                "ftlint_rules.cfg.cfg001_learning_rate_too_high.LearningRateTooHigh.name", "x"
            ),
            "rules.sha256",
        ),
    ],
)
def test_other_rules(
    copy: Path, change: Callable[[pytest.MonkeyPatch], None], field: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(monkeypatch)
    told = [each.field for each in found(copy)]
    assert field in told


def test_the_hash_of_a_lock_is_of_what_is_approved(whole: Path) -> None:
    approval = read_lock(str(whole)).approvals[0]
    name = lock_hash(approval)
    for field, new in (("audit", {"seq": 3, "hash": "0" * 64}), ("seal", {})):
        assert lock_hash(approval.model_validate({**approval.model_dump(), field: new})) == name
    for field in ("method", "general_share", "deferred", "at"):
        new = {"method": "dpo", "general_share": 0.1, "deferred": [], "at": "2027"}[field]
        assert lock_hash(approval.model_copy(update={field: new})) != name


def test_the_same_gives_the_same_bytes_and_the_schema_holds(whole: Path, tmp_path: Path) -> None:
    import jsonschema

    root = tmp_path / "again"
    shutil.copytree(whole, root)
    text = (root / NAME).read_bytes()
    (root / NAME).unlink()
    approved(root, **WAIVED)
    assert (root / NAME).read_bytes() == text
    schema = json.loads((Path(__file__).parents[2] / "src/ftlint/gate/lock.schema.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(json.loads(text))


def test_nothing_changed_is_no_new_approval(whole: Path) -> None:
    made = outcome(whole)
    assert made.same
    assert made.approval == read_lock(str(whole)).approvals[0]
