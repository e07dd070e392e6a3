import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ftlint.model import FtlintError, Severity
from ftlint.settings import Settings, load, override
from ftlint.settings.positions import positions

Write = Callable[[str, Any], Path]


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_defaults_without_a_file(tmp_path: Path) -> None:
    settings = load()
    assert settings.root == str(tmp_path)
    assert settings.file == ""
    assert settings.select is None
    assert settings.fail_on is Severity.ERROR
    assert settings.max_per_rule == 3
    assert ".git" in settings.exclude
    assert settings.where(("select",)) == ("", None)


def test_everything_that_can_be_set(write: Write) -> None:
    write(
        "ftlint.toml",
        """
select = ["QUAL", "exact-duplicate"]
extend-ignore = "QUAL003"
fail-on = "warning"
jobs = 2
respect-gitignore = false
output-format = ["full", "json=out.json"]
suppressions = "accepted.json"

[per-path-ignores]
"raw/**" = ["DUP"]

[rules.exact-duplicate]
severity = "error"
max-share = 0.5

[[dataset]]
name = "support"
format = "openai-chat"
target = "openai"
max-length = 4096
schema = "my.schema.json"
train = ["data/train-*.jsonl", "data/more.jsonl"]
validation = "data/val.jsonl"
ignore-field = "ftlint"

[dataset.columns]
prompt = "question"

[[training]]
name = "first"
dataset = "support"
config = "lora.yaml"
""",
    )
    settings = load()
    assert settings.select == ("QUAL", "exact-duplicate")
    assert settings.extend_ignore == ("QUAL003",)
    assert settings.fail_on is Severity.WARNING
    assert settings.per_path_ignores == {"raw/**": ("DUP",)}
    assert settings.rule_options == {"exact-duplicate": {"max-share": 0.5}}
    assert settings.rule_severity == {"exact-duplicate": Severity.ERROR}
    assert settings.output_format == ("full", "json=out.json")
    (dataset,) = settings.dataset
    assert (dataset.name, dataset.max_length, dataset.columns) == ("support", 4096, {"prompt": "question"})
    assert dataset.globs["train"] == ("data/train-*.jsonl", "data/more.jsonl")
    assert dataset.globs["validation"] == ("data/val.jsonl",)
    assert settings.training[0].config == "lora.yaml"


def test_places(write: Write) -> None:
    write(
        "ftlint.toml",
        'select = ["QUAL"]\n\n[[dataset]]\nname = "a"\ntrain = "a"\n[[dataset]]\nname = "b"\n'
        'train = "b"\nformat = "alpaca"\n[rules.x]\ny = 1\n',
    )
    settings = load()
    assert settings.where(("select",)) == ("ftlint.toml", 1)
    assert settings.where(("dataset", "b", "format")) == ("ftlint.toml", 9)
    assert settings.where(("dataset", "a", "format")) == ("ftlint.toml", 3)
    assert settings.where(("rules", "x", "y")) == ("ftlint.toml", 11)
    assert settings.where(("rules", "x", "unset")) == ("ftlint.toml", 10)


MISTAKES = [
    ('selct = ["QUAL"]', 1, "unknown setting 'selct': did you mean 'select'?"),
    ("\nmax_per_rule = 3", 2, "unknown setting 'max_per_rule': did you mean 'max-per-rule'?"),
    (
        "[[dataset]]\nname = 'a'\ntrain = 'a'\nfromat = 'x'",
        4,
        "unknown key 'fromat' in [[dataset]]: did you mean",
    ),
    ("[[dataset]]\ntrain = 'a'", 1, "this [[dataset]] has no name"),
    ("[[dataset]]\nname = 'a'", 1, "dataset 'a' names no files: give it train, validation, test or general"),
    (
        "[[dataset]]\nname = 'a'\ntrain = 'a'\n[[dataset]]\nname = 'a'\ntrain = 'b'",
        4,
        "two [[dataset]] tables are named 'a'",
    ),
    (
        "[logs.columns]\nstep = 'it'\nlos = 'ce'",
        3,
        "unknown series 'los' in logs.columns: did you mean 'loss'?",
    ),
    (
        "[logs.columns]\nqqq = 'ce'",
        2,
        "unknown series 'qqq' in logs.columns: one of step, epoch, time, loss,",
    ),
    (
        "[logs]\ncolumns = { loss = 'ce', eval_loss = 'ce' }",
        2,
        "logs.columns: loss and eval_loss are both column 'ce'",
    ),
    ("[logs.columns]\nloss = ''", 2, "logs.columns.loss names no column"),
    ("[dataset]\nname = 'a'", 1, "write each dataset as a table of its own: [[dataset]]"),
    ("memory = 'lots'", 1, "memory must be an amount of memory such as 800MB or 2GiB, not 'lots'"),
    (
        "[[dataset]]\nname = 'a'\ntrain = 'a'\ngroup = ''",
        4,
        "group holds an empty text: name something, or leave it out",
    ),
    ("jobs = '2'", 1, "jobs must be a whole number, not a text"),
    ("jobs = true", 1, "jobs must be a whole number, not a boolean"),
    ("jobs = -1", 1, "jobs must be 0 or more, not -1"),
    ("fail-on = 'warnings'", 1, "fail-on cannot be 'warnings': did you mean 'warning'?"),
    ("respect-gitignore = 1", 1, "respect-gitignore must be true or false, not a number"),
    ("select = [\n  'QUAL',\n  3,\n]", 3, "item 2 of select must be a text, not a number"),
    ("select = []", 1, "select is empty"),
    ("[per-path-ignores]\n'a' = 3", 2, "per-path-ignores.'a' must be a text or a list of texts"),
    ("per-path-ignores = 'a'", 1, "per-path-ignores must be a table, not a text"),
    ("rules = 'a'", 1, "rules must be a table"),
    ("[rules]\nx = 3", 2, "rules.x must be a table"),
    ("[rules.x]\nseverity = 'fatal'", 2, "severity cannot be 'fatal': one of error, warning, info"),
    ("extend = 3", 1, "extend must be the path of a settings file"),
    ("extend = 'ftlint.toml'", 1, "leads back"),
    ("extend = '../none.toml'", 1, "cannot read"),
    ("\n\na = = 3", 3, "not valid TOML: Invalid value"),
    ("a = [", 1, "not valid TOML"),
]


@pytest.mark.parametrize(("text", "line", "message"), MISTAKES, ids=[text for text, _, _ in MISTAKES])
def test_a_mistake_has_file_and_line(write: Write, text: str, line: int, message: str) -> None:
    write("ftlint.toml", text)
    with pytest.raises(FtlintError) as raised:
        load()
    assert message in raised.value.message
    assert (raised.value.path, raised.value.line) == ("ftlint.toml", line)


def test_not_utf8(write: Write) -> None:
    write("ftlint.toml", b'# fine\nselect = ["\xff"]\n')
    with pytest.raises(FtlintError, match=r"ftlint.toml:2: not UTF-8"):
        load()


def test_nearest_file_wins_and_the_git_root_ends_the_search(write: Write, tmp_path: Path) -> None:
    write("ftlint.toml", 'fail-on = "info"')
    write("repo/pyproject.toml", '[project]\nname = "has nothing of ftlint but the name"\n')
    write("repo/data/deep/train.jsonl", "{}\n")
    subprocess.run(["git", "init", "-q", "repo"], check=True)
    assert load("repo/data/deep").file == ""
    write("repo/pyproject.toml", '[tool.ftlint]\nfail-on = "warning"\njobs = 1\n')
    settings = load("repo/data/deep/train.jsonl")
    assert (settings.root, settings.fail_on) == (str(tmp_path / "repo"), Severity.WARNING)
    assert settings.where(("jobs",)) == ("repo/pyproject.toml", 3)
    write("repo/ftlint.toml", "jobs = 3")
    assert load("repo").jobs == 3
    write("repo/data/ftlint.toml", "jobs = 4")
    assert load(["repo/data/deep/train.jsonl"]).jobs == 4
    assert load(["repo/data/deep", "repo/pyproject.toml"]).jobs == 3
    assert load(["repo/data", "-"]).jobs == 4


def test_root_without_a_file(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write("there/train.jsonl", "{}\n")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert load("../there").root == str(tmp_path / "there")
    assert load("../there/train.jsonl").root == str(tmp_path / "there")
    monkeypatch.chdir(tmp_path)
    assert load("there").root == str(tmp_path)


def test_isolated_and_config(write: Write) -> None:
    write("ftlint.toml", "jobs = 3")
    write("other/mine.toml", "jobs = 7")
    write("other/pyproject.toml", "[project]\nname = 'ftlint-user'")
    assert load(isolated=True).jobs == 0
    assert load(config="other/mine.toml").jobs == 7
    with pytest.raises(FtlintError, match=r"has no \[tool.ftlint\] table"):
        load(config="other/pyproject.toml")
    with pytest.raises(FtlintError, match="cannot read"):
        load(config="none.toml")


def test_extend(write: Write, tmp_path: Path) -> None:
    write(
        "base.toml",
        """
select = ["DUP"]
extend-ignore = ["DUP002"]
exclude = ["raw", "data/old"]
[rules.exact-duplicate]
severity = "info"
a = 1
b = 1
[[dataset]]
name = "shared"
train = "shared/*.jsonl"
[[dataset]]
name = "own"
train = "x.jsonl"
""",
    )
    write(
        "project/ftlint.toml",
        """
extend = "../base.toml"
select = ["QUAL"]
extend-ignore = ["QUAL001"]
[rules.exact-duplicate]
b = 2
[[dataset]]
name = "own"
train = "train.jsonl"
""",
    )
    settings = load("project")
    assert settings.root == str(tmp_path / "project")
    assert settings.select == ("QUAL",)
    assert settings.extend_ignore == ("DUP002", "QUAL001")
    assert settings.exclude == ("raw", "../data/old")
    assert settings.rule_options["exact-duplicate"] == {"a": 1, "b": 2}
    assert settings.rule_severity["exact-duplicate"] is Severity.INFO
    assert [(each.name, each.train) for each in settings.dataset] == [
        ("shared", ("../shared/*.jsonl",)),
        ("own", ("train.jsonl",)),
    ]
    assert settings.where(("rules", "exact-duplicate", "a")) == ("base.toml", 7)
    assert settings.where(("rules", "exact-duplicate", "b")) == ("project/ftlint.toml", 6)
    assert settings.where(("dataset", "shared", "train")) == ("base.toml", 11)


def test_override(write: Write) -> None:
    write("ftlint.toml", 'select = ["DUP"]\nignore = ["DUP001", "QUAL"]\nextend-exclude = ["raw"]\njobs = 4')
    settings = load()
    assert override(settings, jobs=None) == settings
    fresh = override(settings, select=["DUP001,DUP002", "QUAL"], fail_on="info", output_format=["json"])
    assert fresh.select == ("DUP001", "DUP002", "QUAL")
    assert fresh.ignore == ()
    assert (fresh.fail_on, fresh.output_format) == (Severity.INFO, ("json",))
    assert fresh.overridden == {"select", "fail_on", "output_format"}
    more = override(settings, extend_select=["DUP001"], extend_exclude="old,tmp")
    assert (more.select, more.extend_select, more.ignore) == (("DUP",), ("DUP001",), ("QUAL",))
    assert more.extend_exclude == ("raw", "old", "tmp")
    with pytest.raises(FtlintError, match="--fail-on: fail-on cannot be 'fatal'"):
        override(settings, fail_on="fatal")


def test_paths_of_the_command_line_start_where_it_is_typed(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("ftlint.toml", "")
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "sub")
    settings = override(load(), cache_dir="cache", extend_exclude=["raw", "./deep/raw"])
    assert settings.cache_dir == "sub/cache"
    assert settings.extend_exclude == ("raw", "sub/deep/raw")


def test_settings_travel_to_worker_processes(write: Write) -> None:
    import pickle

    write("ftlint.toml", "jobs = 2\n[rules.x]\na = 1")
    settings = load()
    assert pickle.loads(pickle.dumps(settings)) == settings


def test_positions_of_awkward_toml() -> None:
    text = '''
a.b."c.d" = 1 # a comment [x]
s = """
not = 'a key'
[nor.a.table]
"""
t = \'\'\'
still = "none" \'\'\'
list = [
  "one",
  # [between]
  { inline = { deep = "}" }, x = [1, [2]] },
]
[[table]]
k = "]"
[table.sub]
'quoted key' = 1
[[table]]
k = 2
[other]
date = 1979-05-27 07:32:00
'''
    found = positions(text)
    assert found["a", "b", "c.d"] == 2
    assert found["list", 1] == 12
    assert found["list", 1, "inline", "deep"] == 12
    assert found["table", 0, "k"] == 15
    assert found["table", 0, "sub", "quoted key"] == 17
    assert found["table", 1, "k"] == 19
    assert found["other", "date"] == 21
    assert ("not",) not in found
    assert ("nor",) not in found
    assert ("still",) not in found


def test_a_default_equals_what_an_empty_file_means(write: Write) -> None:
    write("ftlint.toml", "")
    loaded, bare = load(), Settings()
    for name in ("exclude", "jobs", "suppressions", "cache_dir", "output_format", "dataset"):
        assert getattr(loaded, name) == getattr(bare, name)
