"""What stands although it is a warning: who may say so, and that a reason is always written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from gate_project import (
    AT,
    CONFIG,
    SETTINGS,
    WHO,
    approved,
    general,
    outcome,
    project,
    row,
    settings_of,
    written,
)

from ftlint.engine.training_files import training_files
from ftlint.gate.approve import approve
from ftlint.gate.configs import read_config
from ftlint.gate.everything import everything
from ftlint.model import FtlintError

BLANK = "FMT016"


def blank(root: Path, path: str = "data/val.jsonl") -> Path:
    """A project with one warning: a blank line."""
    with (root / path).open("a") as stream:
        stream.write("\n")
    return root


def blocking(root: Path, **waive: str) -> list[str]:
    return sorted({each.code for each in outcome(root, **waive).blocking})


def with_settings(root: Path, text: str, *, before: str = "") -> Path:
    (root / "ftlint.toml").write_text(f"{before}{SETTINGS}{text}")
    return root


def test_a_warning_is_mended_or_waived(tmp_path: Path) -> None:
    root = blank(project(tmp_path))
    assert blocking(root) == [BLANK]
    assert outcome(root).approval is None
    approval = approved(root, **{BLANK: "the export\nwrites them"})
    (waiver,) = approval.waivers
    assert (waiver.code, waiver.name, waiver.path, waiver.count) == (BLANK, "blank-line", "data/val.jsonl", 1)
    assert (waiver.reason, waiver.source) == ("the export writes them", "command-line")


def test_a_waiver_is_kept_for_the_same_findings_and_no_others(tmp_path: Path) -> None:
    root = blank(project(tmp_path))
    approved(root, **{BLANK: "the export writes them"})
    (root / CONFIG).write_text((root / CONFIG).read_text() + "# changed\n")
    assert [each.reason for each in approved(root).waivers] == ["the export writes them"]
    blank(root, "data/test.jsonl")
    assert [each.path for each in outcome(root).blocking] == ["data/test.jsonl"]


def test_an_edited_lock_waives_nothing(tmp_path: Path) -> None:
    root = blank(project(tmp_path))
    approved(root, **{BLANK: "the export writes them"})
    lock = root / "ftlint.lock"
    lock.write_text(lock.read_text().replace("the export writes them", "whatever"))
    assert blocking(root) == [BLANK]


def test_an_error_is_not_waived_on_the_command_line(tmp_path: Path) -> None:
    root = project(tmp_path, learning_rate=2.0e-2)
    assert blocking(root) == ["CFG001"]
    made = outcome(root, CFG001="measured")
    assert [each.code for each in made.blocking] == ["CFG001"]
    assert any("--waive takes warnings" in note for note in made.notes)
    with_settings(root, '[reasons]\nlearning-rate-too-high = "measured in May"\n')
    assert [(each.source, each.reason) for each in approved(root).waivers] == [
        ("settings", "measured in May")
    ]


@pytest.mark.parametrize("reason", ["", " ", "..", "x"])
def test_a_reason_is_words(tmp_path: Path, reason: str) -> None:
    with pytest.raises(FtlintError, match="write why it may stand"):
        outcome(blank(project(tmp_path)), **{BLANK: reason})


def test_a_waiver_of_no_rule_and_one_that_nothing_needs(tmp_path: Path) -> None:
    root = project(tmp_path)
    settings = settings_of(root)
    config = read_config(CONFIG, settings)
    with pytest.raises(FtlintError, match="did you mean blank-line"):
        approve(config, settings, waive={"blank-lines": "the export"}, who=WHO, at=AT)
    made = approve(config, settings, waive={"blank-line": "the export"}, who=WHO, at=AT)
    assert made.approval is not None
    assert made.notes == ["--waive FMT016: finds nothing that needs it"]


SILENCED = {
    "ignore": 'ignore = ["FMT016"]\n',
    "a family": 'extend-ignore = ["FMT"]\n',
    "select": 'select = ["CFG", "FIT"]\n',
    "per path": '[per-path-ignores]\n"data/*" = ["blank-line"]\n',
    "level": '[rules.blank-line]\nseverity = "info"\n',
}


@pytest.mark.parametrize("how", SILENCED)
def test_what_settings_silence_needs_a_reason(tmp_path: Path, how: str) -> None:
    text = SILENCED[how]
    top, tables = ("", text) if text.startswith("[") else (text, "")
    root = with_settings(blank(project(tmp_path)), tables, before=top)
    made = outcome(root)
    assert [each.code for each in made.blocking] == [BLANK]
    assert any("ignored or lowered in settings" in note for note in made.notes)
    with_settings(root, f'{tables}[reasons]\nblank-line = "the export writes them"\n', before=top)
    (waiver,) = approved(root).waivers
    assert (waiver.source, waiver.reason) == ("settings", "the export writes them")


def test_a_level_raised_to_error_is_an_error(tmp_path: Path) -> None:
    root = with_settings(blank(project(tmp_path)), '[rules.blank-line]\nseverity = "error"\n')
    assert blocking(root, **{BLANK: "the export writes them"}) == [BLANK]


def test_suppressions_need_a_reason_of_their_own(tmp_path: Path) -> None:
    from ftlint.engine.suppress import Entry, save

    root = blank(project(tmp_path))
    ((finding, fingerprint),) = list(outcome(root).blocking[0].identified())
    file = str(root / "ftlint-suppressions.json")
    save(file, [Entry(finding.path, finding.code, fingerprint)])
    made = outcome(root)
    assert [each.code for each in made.blocking] == [BLANK]
    assert any("without a reason" in note for note in made.notes)
    save(file, [Entry(finding.path, finding.code, fingerprint, "Bo looked at it")])
    assert [(each.source, each.reason) for each in approved(root).waivers] == [
        ("suppressions", "Bo looked at it")
    ]


def test_comments_need_a_reason(tmp_path: Path) -> None:
    root = project(tmp_path, learning_rate=2.0e-2)
    file = root / CONFIG
    plain = file.read_text()
    comment = "  # ftlint: ignore[CFG001]"
    file.write_text(plain.replace("learning_rate: 0.02", f"learning_rate: 0.02{comment}"))
    made = outcome(root)
    assert [each.code for each in made.blocking] == ["CFG001"]
    assert any("comment without a reason" in note for note in made.notes)
    file.write_text(plain.replace("learning_rate: 0.02", f"learning_rate: 0.02{comment}: measured in May"))
    assert [(each.source, each.reason) for each in approved(root).waivers] == [("comment", "measured in May")]


def test_a_secret_in_the_config_that_a_comment_ignores(tmp_path: Path) -> None:
    root = project(tmp_path)
    token = "ghp_" + "Wd83kLq0" * 4 + "Zz11"
    with (root / CONFIG).open("a") as stream:
        stream.write(f'hub_token: "{token}"  # ftlint: ignore\n')
    made = outcome(root)
    assert any(each.code.startswith("SEC") for each in made.blocking)


def test_rows_that_ignore_rules_themselves_need_a_reason(tmp_path: Path) -> None:
    root = with_settings(project(tmp_path), "", before='ignore-field = "skip"\n')
    rows = general()
    rows[3] = {**row("What is 3 plus 4?", ""), "skip": "ALL"}
    written(root / "data/general.jsonl", rows)
    made = outcome(root)
    codes = {each.code for each in made.blocking}
    assert codes
    assert any("the records' own field" in note for note in made.notes)


def test_a_missing_baseline_is_left_to_training(tmp_path: Path) -> None:
    assert approved(project(tmp_path)).deferred == ["missing-baseline"]


def test_everything_is_what_a_check_finds_and_more(tmp_path: Path) -> None:
    """Without anything that silences, the approval sees the very findings that a check sees."""
    from ftlint.engine.bind import Binding
    from ftlint.engine.lint import check
    from ftlint.engine.plan import RuleSet
    from ftlint.registry import selected

    root = blank(project(tmp_path, learning_rate=2.0e-2, sequence_length=16))
    settings = settings_of(root)
    files = training_files(read_config(CONFIG, settings), settings)
    seen = everything(files, settings, today=AT[:10]).report
    documents = [Binding(str(root / CONFIG), CONFIG, "", "", "lone", document=True)]
    plain = check([*files.bindings, *documents], settings, RuleSet(selected(settings)), today=AT[:10])
    assert list(seen.findings()) == list(plain.findings())
    assert seen.not_run == plain.not_run
    assert len({each.code for each in plain.groups}) > 3


def test_what_a_lock_cannot_hold_is_refused_with_its_line(tmp_path: Path) -> None:
    for number, (fields, told) in enumerate(
        [
            ({"train_data": ["org/hub-data"]}, "hub"),
            ({"train_data": ["data/gone.jsonl"]}, "no such file"),
            ({"train_data": ["s3://bucket/train.jsonl"]}, "not on this machine"),
            ({"adapter_path": "runs/old/adapter"}, "second model"),
            ({"base_model": "nowhere/model-8b"}, "a whole commit pins it"),
            ({"base_model": None}, "name the model"),
            ({"learning_rate": "${LR}"}, "filled in later"),
        ]
    ):
        root = project(tmp_path / str(number), **fields)
        with pytest.raises(FtlintError, match=told) as error:
            outcome(root)
        assert error.value.path == CONFIG, fields


def test_a_share_of_general_data_needs_some(tmp_path: Path) -> None:
    root = project(tmp_path, settings="", general_share=0.2)
    with pytest.raises(FtlintError, match="there is no general data"):
        outcome(root)


def test_a_file_that_changes_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import ftlint.gate.everything as module

    root = project(tmp_path)
    real = module.judged

    def changing(*arguments: object, **named: object) -> object:
        with (root / "data/train.jsonl").open("a") as stream:
            stream.write(json.dumps(row("late", "row")) + "\n")
        return real(*arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "judged", changing)
    with pytest.raises(FtlintError, match="changed while it was checked"):
        outcome(root)


def test_a_rule_that_breaks_approves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ftlint_rules.cfg.cfg001_learning_rate_too_high import LearningRateTooHigh

    def check(*_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(LearningRateTooHigh, "check", check)
    made = outcome(project(tmp_path))
    assert made.approval is None
    assert [each.code for each in made.report.failures] == ["CFG001"]


@pytest.mark.parametrize(
    ("path", "content", "code"),
    [
        (
            "data/val.jsonl",
            f"version https://git-lfs.github.com/spec/v1\noid sha256:{'a' * 64}\nsize 9\n",
            "FMT002",
        ),
        ("data/train.jsonl", "", "FMT001"),
        ("data/test.jsonl", "{broken\n", "FMT031"),
    ],
)
def test_data_that_is_none(tmp_path: Path, path: str, content: str, code: str) -> None:
    root = project(tmp_path)
    (root / path).write_text(content)
    assert code in blocking(root)


def test_what_a_run_measured_changes_no_approval(tmp_path: Path) -> None:
    """The baseline that training writes into its folder came after the approval, and says nothing of it."""
    root = project(tmp_path)
    approval = approved(root)
    metric = {"name": "exact_match", "value": 0.1, "n": 3}
    dataset = {"hash": "sha256:" + "0" * 64, "split": "validation", "files": ["data/val.jsonl"]}
    record = {"ftlint_baseline": 1, "model": "base", "dataset": dataset, "metrics": [metric]}
    (root / "runs/tickets").mkdir(parents=True)
    (root / "runs/tickets/baseline.json").write_text(json.dumps(record))
    again = outcome(root)
    assert (again.same, again.approval) == (True, approval)
