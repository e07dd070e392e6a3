"""Whether everything is still as it was approved, byte by byte; what is not is named."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ftlint.gate.lock import NAME, Approval, LockedFile, read_lock, unsealed
from ftlint.model import FtlintError, TrainingConfig

if TYPE_CHECKING:
    from ftlint.engine.training_files import TrainingFiles
    from ftlint.gate.unmoved import Held
    from ftlint.settings import Settings

MOST_FILES = 20
"""Files of one split that are told one by one."""


class Breach(NamedTuple):
    """One thing that is not as it was approved: the field of the lock, the file it is about, what changed."""

    field: str
    path: str
    message: str


def approval_for(config: TrainingConfig, settings: Settings, *, model: bool = True) -> Approval:
    """The approval of a config, everything it locks looked at again.

    `config.path` is relative to the root or to the working folder. `model` says whether the model's files
    are hashed, too. Raises `FtlintError` where there is none or something has changed: it names the field of
    the lock, the file, what changed, and how to mend it.
    """
    return held_approval(config, settings, model=model)[0]


def held_approval(config: TrainingConfig, settings: Settings, *, model: bool = True) -> tuple[Approval, Held]:
    """As `approval_for`, with what tells whether its files are still those once they have been read."""
    from ftlint.gate.locked import launch_line
    from ftlint.gate.unmoved import held

    path, line = path_of(config, settings), launch_line(config)
    approval = find(path, line, settings.root)
    if approval is None:
        raise _unapproved(path, line, settings.root)
    seen = held(approval, settings)
    found = breaches(approval, settings, model=model)
    if found:
        raise FtlintError(refusal(found, approval, settings.root), found[0].path)
    if approval.config.line != line:  # another launch of the same script
        raise _unapproved(path, line, settings.root)
    if approval.config.dialect != config.dialect:
        then = approval.config.dialect
        raise FtlintError(
            f"config.dialect: was approved as {then}, and is read as {config.dialect}: --dialect {then}", path
        )
    return approval, seen


def _unapproved(path: str, line: int | None, root: str) -> FtlintError:
    known = [called(each) for each in read_lock(root).approvals]
    more = f" and {len(known) - 1} more" if known[1:] else ""
    others = f" ({NAME} holds {known[0]}{more})" if known else ""
    return FtlintError(f"is not approved{others}: {command(path, root, line)}", path, line)


def path_of(config: TrainingConfig, settings: Settings) -> str:
    """The path of a config from the root, be it given so or from the working folder."""
    from ftlint.engine.training_files import rooted

    if os.path.isfile(os.path.join(settings.root, config.path)):
        return (
            os.path.normpath(config.path)
            if not os.path.isabs(config.path)
            else rooted(config, settings.root).path
        )
    return rooted(config, settings.root).path


def find(path: str, line: int | None, root: str) -> Approval | None:
    """The approval of a config, of a script that of the launch line, or the only one."""
    found = [each for each in read_lock(root).approvals if each.config.path == path]
    exact = [each for each in found if each.config.line == line]
    return exact[0] if exact else found[0] if len(found) == 1 else None


def command(path: str, root: str, line: int | None = None) -> str:
    """What to type to approve a config."""
    from shlex import join

    file = os.path.relpath(os.path.join(root, path))
    return join(["ftlint", "approve", file if line is None else f"{file}:{line}"])


def refusal(found: Sequence[Breach], approval: Approval, root: str) -> str:
    """One sentence of what changed and how to mend it. The path of the first breach goes before it."""
    first = found[0]
    more = f" ({len(found) - 1} more: ftlint approve --check)" if found[1:] else ""
    again = command(approval.config.path, root, approval.config.line)
    if first.path == NAME:
        mend = f"git restore {NAME}, or approve again: {again}"
    elif first.field.startswith("model"):
        mend = f"get the approved model back, or approve again: {again}"
    else:
        mend = f"put it back as it was, or approve again: {again}"
    return f"{first.field}: {first.message}, not as approved on {approval.at[:10]}{more}: {mend}"


def breaches(approval: Approval, settings: Settings, *, model: bool = True) -> list[Breach]:
    """Everything that is not as the approval says; nothing where all is as it was.

    First what was edited in the lock itself or is not in the audit log, then settings, rules, config, data
    and, unless `model` is False, the model. Data and model are read whole.
    """
    from ftlint.gate.audited import unknown_to_log

    found = [Breach(name, NAME, "was edited in the lock itself") for name in unsealed(approval)]
    found += _settings(approval, settings)
    found += unknown_to_log(approval, settings)
    found += _rules(approval, settings)
    config, told = _config(approval, settings)
    found += told
    if config is None:
        return found
    try:
        from ftlint.engine.training_files import training_files

        files = training_files(config, settings)
        found += _data(approval, files, settings)
    except FtlintError as error:
        found.append(_lost("data", error))
        files = None
    if files is not None:
        found += _said(approval, files)
    if model:
        found += _model(approval, config, settings)
    return list(dict.fromkeys(found))


def _lost(field: str, error: FtlintError) -> Breach:
    return Breach(field, error.path, f"can no longer be looked at ({error.message})")


def compared(
    field: str, then: Sequence[LockedFile], now: Sequence[LockedFile], place: Callable[[str], str] = str
) -> Iterator[Breach]:
    """Files that changed, went and came. `place` makes the path that people are told."""
    known = {each.path: each for each in now}
    for index, old in enumerate(then):
        name = f"{field}[{index}]"
        new = known.pop(old.path, None)
        if new is None:
            yield Breach(name, place(old.path), "is gone, or no longer used")
        elif new != old:
            yield Breach(name, place(old.path), changed(old, new))
    fresh = list(known.values())
    for new in fresh[:MOST_FILES]:
        yield Breach(field, place(new.path), f"was added ({new.size:,} bytes)")
    if len(fresh) > MOST_FILES:
        yield Breach(
            field, place(fresh[MOST_FILES].path), f"and {len(fresh) - MOST_FILES:,} more files were added"
        )


def changed(old: LockedFile, new: LockedFile) -> str:
    """What a person can be told of a change of which only hashes are known."""
    if old.sha256 == new.sha256:
        return f"has another size than the lock says ({old.size:,} there, {new.size:,} bytes here)"
    if old.size != new.size:
        return f"changed ({old.size:,} bytes then, {new.size:,} now)"
    shas = f"sha256 {old.sha256[:8]}… then, {new.sha256[:8]}… now"
    return f"changed ({new.size:,} bytes as before, but others: {shas})"


def _settings(approval: Approval, settings: Settings) -> Iterator[Breach]:
    from ftlint.gate.locked import locked_settings

    try:
        yield from compared("settings", approval.settings, locked_settings(settings))
    except FtlintError as error:
        yield _lost("settings", error)


def _rules(approval: Approval, settings: Settings) -> Iterator[Breach]:
    from ftlint.gate.ruleset import ruleset

    try:
        now = ruleset(settings)
    except FtlintError as error:
        yield _lost("rules", error)
        return
    then = approval.rules
    if then.version != now.version:
        yield Breach("rules.version", NAME, f"ftlint {then.version} approved it, and this is {now.version}")
    if then.count != now.count:
        yield Breach(
            "rules.count",
            NAME,
            f"{then.count:,} rules ran, and now {now.count:,} would",
        )
    if then.version == now.version and then.sha256 != now.sha256:
        yield Breach("rules.sha256", NAME, "options, levels or the selection of rules changed")


def _config(approval: Approval, settings: Settings) -> tuple[TrainingConfig | None, list[Breach]]:
    """The config as it is now, None where it is not there or no config any more."""
    from ftlint.gate.configs import read_config
    from ftlint.gate.locked import locked_file

    then = approval.config
    try:
        now = locked_file(then.path, os.path.join(settings.root, then.path))
    except FtlintError as error:
        return None, [Breach("config", then.path, f"can no longer be read ({error.message})")]
    old = LockedFile(path=then.path, sha256=then.sha256, size=then.size)
    told = [Breach("config", then.path, changed(old, now))] if old != now else []
    try:
        config = read_config(then.path, settings, then.line, then.dialect)
    except FtlintError as error:
        return None, [*told, _lost("config", error)]
    if config.dialect != then.dialect:
        told.append(
            Breach(
                "config.dialect",
                then.path,
                f"was read as {then.dialect}, and is now read as {config.dialect}",
            )
        )
    if config.version != then.version:
        before, after = (each or "the newest known" for each in (then.version, config.version))
        message = f"took the defaults of {config.dialect} {before}, and now of {after}"
        told.append(Breach("config.version", then.path, message))
    return config, told


def _data(approval: Approval, files: TrainingFiles, settings: Settings) -> Iterator[Breach]:
    from ftlint.gate.locked import SPLITS, formats, launch_line, locked_data, locked_files

    yield from compared("config.parts", approval.config.parts, locked_files(files.parts))
    if approval.config.line != launch_line(files.config):
        yield Breach("config.line", files.config.path, "the launch line stands on another line")
    now = locked_data(files)
    for split in SPLITS:
        yield from compared(f"data.{split}", approval.data.get(split, []), now.get(split, []))
    told = formats(files)
    for path in sorted(approval.formats.keys() | told.keys()):
        old, new = approval.formats.get(path, "no known format"), told.get(path, "no known format")
        if old != new:
            yield Breach("formats", path, f"was read as {old}, and is now read as {new}")


def _said(approval: Approval, files: TrainingFiles) -> Iterator[Breach]:
    from ftlint.gate.configs import method_of

    path = files.config.path
    method = method_of(files.config)
    if method != approval.method:
        yield Breach("method", path, f"the method was {approval.method!r}, and is {method!r}")
    if files.general_share != approval.general_share:
        old, new = approval.general_share, files.general_share
        yield Breach("general_share", path, f"the share of general data was {old}, and is {new}")


def _model(approval: Approval, config: TrainingConfig, settings: Settings) -> Iterator[Breach]:
    from ftlint.gate.locked_model import LostTemplateError, is_commit, locked_base

    then = approval.model
    try:
        now = locked_base(config, settings.root)
    except LostTemplateError as error:
        yield Breach("tokenizer.template_from", config.path, error.message)
        return
    except FtlintError as error:
        yield Breach("model", then.name, f"can no longer be looked at ({error.message})")
        return
    if now.model.name != then.name:
        told = f"the base model was {then.name!r}, and is {now.model.name!r}"
        yield Breach("model.name", config.path, told)
        return
    if now.model.revision != then.revision:
        old, new = then.revision or "a folder of its own", now.model.revision or "a folder of its own"
        yield Breach("model.revision", then.name, f"the base model was at {old}, and is at {new}")
        return
    if not then.files and is_commit(then.revision):
        return  # nobody has seen its files: the commit is all there is to hold it to
    if now.lack:
        yield Breach("model.files", then.name, f"is no longer here ({now.lack})")
        return
    yield from compared("model.files", then.files, now.model.files, _within(then.name))
    yield from compared("tokenizer.files", approval.tokenizer.files, now.tokenizer.files, _within(then.name))
    for name in ("template_from", "template_sha256"):
        if getattr(now.tokenizer, name) != getattr(approval.tokenizer, name):
            yield Breach(f"tokenizer.{name}", config.path, "the chat template that is applied is another")


def _within(folder: str) -> Callable[[str], str]:
    return lambda path: f"{folder}/{path}"


def breaches_of_all(settings: Settings, *, model: bool = True) -> Mapping[str, list[Breach]]:
    """What is not as approved, by the config of each approval in the lock."""
    approvals = read_lock(settings.root).approvals
    return {called(each): breaches(each, settings, model=model) for each in approvals}


def called(approval: Approval) -> str:
    """The config of an approval as a person names it."""
    line = approval.config.line
    return approval.config.path if line is None else f"{approval.config.path}:{line}"


def breaches_of_rules(approval: Approval, settings: Settings) -> list[Breach]:
    """What the rules find now that is not in the approval: they run again, as in an approval of this day."""
    from ftlint.gate.approve import approve
    from ftlint.gate.configs import read_config
    from ftlint.gate.identity import now
    from ftlint.gate.lock import LATER

    config = read_config(approval.config.path, settings, approval.config.line, approval.config.dialect)
    given = {each.code: each.reason for each in approval.waivers if each.source == "command-line"}
    outcome = approve(config, settings, waive=given, who=approval.by, at=now())
    if outcome.approval is None:
        told = ", ".join(f"{each.code} {each.name} ({each.count:,})" for each in outcome.blocking)
        told = told or "; ".join(each.message for each in outcome.report.failures)
        return [Breach("waivers", approval.config.path, f"is not waived: {told}")]
    old, new = approval.model_dump(mode="json"), outcome.approval.model_dump(mode="json")
    names = [name for name in old if name not in (*LATER, "by", "at") and old[name] != new[name]]
    return [Breach(name, NAME, "would be another if it were approved now") for name in names]
