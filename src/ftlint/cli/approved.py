"""`ftlint approve --check` and `--remove`: parse, call, print."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from ftlint.cli.approve import settings_of

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Mapping, Sequence
    from typing import TextIO

    from ftlint.gate.lock import Approval
    from ftlint.gate.verify import Breach
    from ftlint.settings import Settings


def check(arguments: Namespace) -> int:
    from ftlint.gate.lock import read_lock
    from ftlint.gate.lock_file import shown
    from ftlint.gate.verify import Breach, breaches, breaches_of_rules, called, command
    from ftlint.model import FtlintError

    settings = settings_of(
        arguments, [arguments.file.rpartition(":")[0] or arguments.file] if arguments.file else []
    )
    approvals = {called(each): each for each in read_lock(settings.root).approvals}
    found: dict[str, list[Breach]] = {}
    if arguments.file:
        wanted = _named_approval(arguments.file, settings)
        if wanted is None:
            place = _from_root(arguments.file, settings)
            found[place] = [Breach("config", place, f"is not approved: {command(place, settings.root)}")]
        approvals = {} if wanted is None else {called(wanted): wanted}
    elif not approvals:
        raise FtlintError("holds no approval: ftlint approve CONFIG writes one", shown(settings.root))
    for name, approval in approvals.items():
        found[name] = breaches(approval, settings, model=not arguments.no_model)
        if arguments.rules and not found[name]:
            found[name] += breaches_of_rules(approval, settings)
    _tell(found, approvals, arguments)
    unknown = _unapproved(settings) if not arguments.file else []
    for path in unknown:
        print(f"note: {path}: named by a [[training]] and not approved", file=sys.stderr)
    return int(any(found.values()))


def _tell(
    found: Mapping[str, Sequence[Breach]], approvals: Mapping[str, Approval], arguments: Namespace
) -> None:
    import json

    from ftlint.gate import told
    from ftlint.gate.lock import lock_hash
    from ftlint.model import FtlintError
    from ftlint.report.deliver import to_file, to_stdout

    for each in arguments.output_format or ["full"]:
        name, _, path = each.partition("=")

        def write(out: TextIO, name: str = name) -> None:
            if name == "json":
                out.write(json.dumps(told.as_json(found, approvals), indent=2, ensure_ascii=False) + "\n")
                return
            if name == "github":
                told.write_github(found, out)
                return
            told.write_breaches(found, out)
            for config, approval in approvals.items():
                if not found[config]:
                    who = f"{told.person(approval.by)} on {approval.at[:10]}"
                    out.write(f"{config}: as approved by {who} · lock {lock_hash(approval)[: told.SHORT]}\n")

        if name not in ("full", "json", "github"):
            raise FtlintError(f"--check reports as full, json or github, not {name!r}")
        if path:
            to_file(path, write)
        else:
            to_stdout(write)


def _unapproved(settings: Settings) -> list[str]:
    """Configs that a [[training]] names and nobody approved."""
    from ftlint.gate.lock import read_lock

    known = {each.config.path for each in read_lock(settings.root).approvals}
    named = (os.path.normpath(table.config) for table in settings.training if table.config)
    return sorted({path for path in named if path not in known})


def _from_root(text: str, settings: Settings) -> str:
    from ftlint.read.discover import shown

    return shown(os.path.abspath(text), settings.root)


def _named_approval(text: str, settings: Settings) -> Approval | None:
    """The approval of FILE or FILE:LINE, whether or not the file is still there."""
    from ftlint.gate.verify import find

    file, _, line = text.rpartition(":")
    if file and line.isdigit() and not os.path.exists(text):
        return find(_from_root(file, settings), int(line), settings.root)
    return find(_from_root(text, settings), None, settings.root)


def remove(arguments: Namespace) -> int:
    from ftlint.gate.approve import forget
    from ftlint.gate.audit import ready, record
    from ftlint.gate.lock import NAME, lock_hash
    from ftlint.gate.told import SHORT
    from ftlint.model import FtlintError

    settings = settings_of(arguments, [arguments.file])
    approval = _named_approval(arguments.file, settings)
    if approval is None:
        raise FtlintError(f"{NAME} holds no approval of it", arguments.file)
    ready(settings)
    gone = forget(approval, settings)
    digest = lock_hash(gone)
    record(settings, "approve", subject=gone.config.path, hashes={"lock": digest}, verdict="removed")
    opened = f"; with it goes that the test split was opened ({len(gone.openings)})" if gone.openings else ""
    print(f"{gone.config.path}: no longer approved · lock {digest[:SHORT]}{opened}")
    return 0
