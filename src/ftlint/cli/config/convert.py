"""`ftlint config convert`: parse, call, print."""

from __future__ import annotations

import os
import sys
from functools import partial
from typing import TYPE_CHECKING, Any, TextIO

from ftlint.cli.config.named import add_common, named

if TYPE_CHECKING:
    from argparse import Namespace

    from ftlint.dialects.writing import Converted

TARGETS = ("axolotl", "llamafactory", "trl", "torchtune", "ms-swift")


def add_parser(verbs: Any) -> None:
    from argparse import RawDescriptionHelpFormatter

    parser = verbs.add_parser(
        "convert",
        help="write the same training in another dialect",
        usage="ftlint config convert FILE --to DIALECT [flags]",
        description=(
            "Write the same training in another dialect, defaults written out. What has no counterpart\n"
            "there is listed on standard error."
        ),
        epilog=(
            "exit codes: 0 written, 1 something has no counterpart (with --strict), 2 could not write\n\n"
            "examples:\n"
            "  ftlint config convert axolotl.yml --to llamafactory -o lora.yaml\n"
            "  ftlint config convert train.sh:4 --to trl\n"
            "  ftlint config convert lora.yaml --to axolotl --lock -o axolotl.yml\n"
        ),
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", metavar="FILE", help="a config, or FILE:LINE for a launch line in a script")
    parser.add_argument("--to", required=True, choices=TARGETS, metavar="DIALECT", help=", ".join(TARGETS))
    parser.add_argument("-o", "--output", default="", metavar="FILE", help="write to FILE, which must be new")
    parser.add_argument("--force", action="store_true", help="write over FILE")
    parser.add_argument("--strict", action="store_true", help="exit 1 where something has no counterpart")
    parser.add_argument(
        "--lock",
        action="store_true",
        help="only as approved; write the approval's hash into it (ftlint.lock)",
    )
    add_common(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    from ftlint.dialects.writing import convert
    from ftlint.model import FtlintError
    from ftlint.report import style_for
    from ftlint.report.config_converted import write_lost
    from ftlint.report.deliver import to_file, to_stdout

    config = named(arguments.file, arguments)
    converted = convert(config, arguments.to)
    if arguments.lock:
        converted = _locked(converted, arguments)
    if arguments.output:
        if os.path.exists(arguments.output) and not arguments.force:
            raise FtlintError("is there already: --force writes over it", arguments.output)
        to_file(arguments.output, partial(_text, converted.text))
    else:
        to_stdout(partial(_text, converted.text))
    write_lost(config, converted, sys.stderr, style_for(sys.stderr))
    return int(arguments.strict and bool(converted.lost))


def _locked(converted: Converted, arguments: Namespace) -> Converted:
    """The conversion of an approved config, with the hash of its approval."""
    from ftlint.cli.approve import training_of
    from ftlint.gate.handed import with_lock
    from ftlint.gate.lock import lock_hash
    from ftlint.gate.verify import approval_for

    config, settings = training_of(arguments)
    approval = approval_for(config, settings)
    lost = {each.field for each in converted.lost}
    if approval.general_share and "general_share" not in converted.said:
        lost |= {"general_data", "general_share"}  # the settings may say it, and not the config
    text = with_lock(converted.text, config.path, converted.dialect, lock_hash(approval), lost)
    return converted._replace(text=text)


def _text(text: str, out: TextIO) -> None:
    out.write(text)
