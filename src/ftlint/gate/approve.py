"""`ftlint approve`: every rule on one training; what passes, or is waived with a reason, is locked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ftlint.engine.training_files import TrainingFiles, training_files
from ftlint.gate.configs import method_of, read_config
from ftlint.gate.lock import (
    FEWEST_SIGNS,
    LATER,
    NAME,
    Approval,
    Approver,
    AuditMark,
    Lock,
    Unrun,
    Waiver,
    sealed,
    unsealed,
)
from ftlint.gate.locked import (
    all_files,
    formats,
    launch_line,
    locked_config,
    locked_data,
    locked_settings,
)
from ftlint.gate.unmoved import refuse_changed, states
from ftlint.model import FtlintError, Severity, TrainingConfig
from ftlint.model.report import Group, Report
from ftlint.settings import Settings

if TYPE_CHECKING:
    from ftlint.engine.lint import Advance

OUTPUT = frozenset({"output_dir", "export_dir", "hub_model_id", "loggers", "world_size"})
"""Fields that change nothing of what is trained, or are of the machine that trains."""


class Outcome(NamedTuple):
    """What came of it. `report` holds what is neither mended nor waived; `blocking` those of its groups that
    stand in the way. `approval` is None where something does, or where the check itself broke.

    `same` says that nothing changed since the approval that the lock holds, which then is `approval`.
    `notes` say what a person may not see in the report. `replaces` is what the lock held.
    """

    report: Report
    approval: Approval | None
    blocking: Sequence[Group]
    notes: Sequence[str] = ()
    same: bool = False
    replaces: Approval | None = None


def approve(
    config: TrainingConfig,
    settings: Settings,
    *,
    waive: Mapping[str, str],
    who: Approver,
    at: str,
    advance: Advance | None = None,
) -> Outcome:
    """Check one training by every rule and make its approval; nothing is written (see `keep`).

    `waive` are reasons by code or name of a rule. Raises `FtlintError` for a rule or reason that is none, for
    data or a model that cannot be locked, and for a file that changes meanwhile.
    """
    from ftlint.gate.everything import everything
    from ftlint.gate.locked_model import locked_base
    from ftlint.gate.ruleset import ruleset
    from ftlint.gate.verify import find, path_of
    from ftlint.gate.waivers import judge

    reasons = waived_rules(waive)
    path = path_of(config, settings)
    config = read_config(path, settings, launch_line(config), config.dialect)
    _refuse_placeholders(config)
    files = training_files(config, settings)
    _refuse_mix(files)
    before = states(all_files(files, settings))
    old = find(path, launch_line(config), settings.root)
    locked, own, data, known = (
        locked_config(files, settings.root),
        locked_settings(settings),
        locked_data(files),
        formats(files),
    )
    base = locked_base(config, settings.root)
    found = everything(files, settings, advance=advance, today=at[:10])
    judged = judge(found, settings, reasons, _trusted(old))
    refuse_changed(before, settings.root, "changed while it was checked: run again")
    report = found.report
    report.groups = judged.open
    report.hints = []
    blocking = [each for each in judged.open if _blocks(each, settings)]
    notes = [*judged.notes, *_unused(reasons, judged.used)]
    if blocking or report.failures:
        return Outcome(report, None, blocking, notes, replaces=old)
    approval = sealed(
        Approval(
            config=locked,
            settings=own,
            method=method_of(config),
            data=data,
            formats=known,
            general_share=files.general_share,
            model=base.model,
            tokenizer=base.tokenizer,
            rules=ruleset(settings),
            waivers=judged.waivers,
            deferred=judged.deferred,
            not_run=_not_run(report, base.lack),
            by=who,
            at=at,
            seal={},
            openings=old.openings if old else [],
        )
    )
    if old is not None and not unsealed(old) and _says(old) == _says(approval):
        return Outcome(report, old, (), notes, same=True, replaces=old)
    return Outcome(report, approval, (), notes, replaces=old)


def keep(approval: Approval, settings: Settings, mark: AuditMark | None = None) -> Approval:
    """Write an approval to the lock, in the place of the one of the same config, and give it as written.

    What the lock says of openings of the test split stays. Raises `FtlintError` where it cannot be written.
    """
    from ftlint.gate.lock_file import change

    kept: list[Approval] = []

    def changed(lock: Lock) -> Lock:
        mine = [each for each in lock.approvals if _key(each) == _key(approval)]
        openings = mine[0].openings if mine else approval.openings
        kept.append(
            sealed(approval.model_copy(update={"openings": openings, "audit": mark or approval.audit}))
        )
        rest = [each for each in lock.approvals if _key(each) != _key(approval)]
        return Lock(ftlint_lock=1, approvals=[*rest, kept[0]])

    change(settings.root, changed)
    return kept[0]


def forget(approval: Approval, settings: Settings) -> Approval:
    """Take an approval out of the lock, and give it as it stood there.

    Raises `FtlintError` where there is none of that config.
    """
    from ftlint.gate.lock_file import change

    gone: list[Approval] = []

    def changed(lock: Lock) -> Lock:
        gone.extend(each for each in lock.approvals if _key(each) == _key(approval))
        if not gone:
            raise FtlintError(f"{NAME} holds no approval of it", approval.config.path)
        return Lock(ftlint_lock=1, approvals=[each for each in lock.approvals if each not in gone])

    change(settings.root, changed)
    return gone[0]


def waived_rules(waive: Mapping[str, str]) -> dict[str, str]:
    """Reasons by the codes of their rules. Raises `FtlintError` for what is no rule and what is no reason."""
    from ftlint.registry import find

    found: dict[str, str] = {}
    for name, reason in waive.items():
        rule = find(name)
        words = " ".join(reason.split())
        if sum(sign.isalnum() for sign in words) < FEWEST_SIGNS:
            raise FtlintError(f'--waive {name}: write why it may stand: --waive {name}="WHY"')
        if found.get(rule.code, words) != words:
            raise FtlintError(f"--waive {name}: two reasons are given for {rule.code} {rule.name}")
        found[rule.code] = words
    return found


def _key(approval: Approval) -> tuple[str, int | None]:
    return approval.config.path, approval.config.line


def _says(approval: Approval) -> dict[str, object]:
    """What is approved, without who did it and when."""
    plain = approval.model_dump(mode="json")
    return {name: value for name, value in plain.items() if name not in (*LATER, "by", "at")}


def _trusted(old: Approval | None) -> Sequence[Waiver]:
    """The waivers of an earlier approval; none where somebody edited it."""
    return old.waivers if old is not None and not unsealed(old) else ()


def _blocks(group: Group, settings: Settings) -> bool:
    levels = (settings.rule_severity.get(key) for key in (group.name, group.code))
    written = next((each for each in levels if each is not None), Severity.INFO)
    return max(group.severity, written) >= Severity.WARNING


def _unused(reasons: Mapping[str, str], used: frozenset[str]) -> list[str]:
    return [f"--waive {code}: finds nothing that needs it" for code in sorted(reasons.keys() - used)]


def _not_run(report: Report, lack: str) -> list[Unrun]:
    told = [Unrun(code=each.code, reason=each.reason) for each in report.not_run]
    if lack:
        told.append(Unrun(reason=f"the model's files were not hashed, only its commit is locked: {lack}"))
    return told


def _refuse_placeholders(config: TrainingConfig) -> None:
    """What the environment, a template or a sweep fills in later is not in the file that is locked."""
    for name, field in config.fields.items():
        if not (field.written and field.unknown) or name in OUTPUT or field.raw.strip().lower() == "auto":
            continue
        told = (
            f"{config.spelled(name)} is {field.raw!r}, which is filled in later: a lock holds what is written"
        )
        raise FtlintError(told, config.path, field.range.line if field.range else None)


def _refuse_mix(files: TrainingFiles) -> None:
    """A share of general data needs general data."""
    if files.general_share and not files.splits["general"]:
        field = files.config.field("general_share")
        line = field.range.line if field.range else None
        told = (
            f"general_share is {files.general_share:g}, and there is no general data: name it in general_data"
        )
        raise FtlintError(f"{told} or as `general` of the [[dataset]]", files.config.path, line)
