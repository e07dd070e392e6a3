"""The flags of `ftlint eval`, and which go with which."""

from __future__ import annotations

from argparse import ArgumentTypeError, RawDescriptionHelpFormatter
from typing import TYPE_CHECKING, Any

from ftlint.model import FtlintError

if TYPE_CHECKING:
    from argparse import Namespace

USAGE = """ftlint eval --run RUN [--split validation] [flags]
       ftlint eval --base MODEL [--adapter DIR] --data FILE [--general FILE] [flags]
       ftlint eval --predictions BASE TUNED [flags]
       ftlint eval --from-harness BASE_DIR TUNED_DIR [flags]"""

EPILOG = """\
exit codes: 0 better, or no evidence of a difference; 1 worse (--fail-on no-evidence: not better);
            2 could not evaluate

examples:
  ftlint eval --run runs/lora --split validation     as often as you like
  ftlint eval --run runs/lora                        the test split: once, and ftlint.lock says so
  ftlint eval --run runs/lora --merged               does the merged model answer as the adapter does?
  ftlint eval --base models/qwen --data data/val.jsonl -o baseline
  ftlint eval --predictions old/tuned.predictions.jsonl new/tuned.predictions.jsonl
"""


def add_flags(commands: Any) -> Any:
    """The command's parser."""
    parser = commands.add_parser(
        "eval",
        help="measure the base model, and whether the tuned one is better",
        usage=USAGE,
        description=(
            "Let the base and the tuned model answer the same rows, and say by paired statistics whether\n"
            "the tuned one is better, worse, or whether that many rows are no evidence of either."
        ),
        epilog=EPILOG,
        formatter_class=RawDescriptionHelpFormatter,
    )
    _add_what(parser.add_argument_group("what is evaluated"))
    _add_how(parser.add_argument_group("how"))
    _add_output(parser.add_argument_group("output"))
    parser.add_argument("--config", default="", metavar="FILE", help="the settings file")
    parser.add_argument("--isolated", action="store_true", help="read no settings file")
    return parser


def _add_what(group: Any) -> None:
    group.add_argument("--run", dest="folder", default="", metavar="RUN", help="the folder of a run")
    group.add_argument(
        "--split", choices=("test", "validation"), default="", help="of --run: test, unless --merged"
    )
    group.add_argument("--reopen", default="", metavar="WHY", help="why the test split is opened again")
    group.add_argument("--base", default="", metavar="MODEL", help="a model's folder, or a name in the cache")
    group.add_argument("--revision", default="", metavar="REV", help="of --base: commit, branch or tag")
    group.add_argument("--adapter", default="", metavar="DIR", help="the adapter that is compared with it")
    group.add_argument("--data", nargs="+", default=[], metavar="FILE", help="rows of the task")
    group.add_argument("--general", nargs="+", default=[], metavar="FILE", help="rows of general abilities")
    group.add_argument("--predictions", nargs=2, default=[], metavar=("BASE", "TUNED"), help="rows answered")
    group.add_argument(
        "--general-predictions", nargs=2, default=[], metavar=("BASE", "TUNED"), help="of general rows"
    )
    group.add_argument(
        "--from-harness", nargs=2, default=[], metavar=("BASE", "TUNED"), help="folders that lm_eval wrote"
    )


def _add_how(group: Any) -> None:
    group.add_argument("--metrics", default="auto", metavar="NAMES", help="of the task: names, by commas")
    group.add_argument("--general-metrics", default="auto", metavar="NAMES", help="of general rows")
    group.add_argument("--merged", action="store_true", help="the merged model against the adapter")
    group.add_argument(
        "--quantized", choices=("nf4", "int8", "int8-dynamic"), default="", help="merged, then quantised"
    )
    group.add_argument(
        "--tolerance", type=_share, default=0.01, metavar="X", help="with --merged: what is no drop (0.01)"
    )
    group.add_argument("--dtype", choices=("bf16", "fp16", "fp32"), default="", help="what weights are in")
    group.add_argument("--device", default="", metavar="NAME", help="cpu, cuda, cuda:1, mps")
    group.add_argument("--batch-size", type=_count, default=8, metavar="N", help="rows answered at once (8)")
    group.add_argument(
        "--max-new-tokens", type=_count, default=0, metavar="N", help="twice the longest reference"
    )
    group.add_argument("--limit", type=_count, default=0, metavar="N", help="the first N rows of each set")
    group.add_argument("--seed", type=int, default=0, metavar="N", help="of resampling (0)")
    group.add_argument("--judge", default="", metavar="URL", help="a judge: OpenAI-compatible, rows are sent")
    group.add_argument("--judge-model", default="", metavar="NAME", help="key: FTLINT_JUDGE_KEY")
    group.add_argument("--trust-remote-code", action="store_true", help="run code that comes with --base")


def _add_output(group: Any) -> None:
    group.add_argument("-o", "--output", default="", metavar="DIR", help="RUN/eval, RUN/parity or eval")
    group.add_argument("--force", action="store_true", help="write over a result of the test split")
    group.add_argument(
        "--output-format", dest="shape", choices=("text", "json", "markdown"), default="text", help="printed"
    )
    group.add_argument(
        "--fail-on", choices=("worse", "no-evidence"), default="worse", help="what exits with 1"
    )
    group.add_argument(
        "--export-harness", default="", metavar="DIR", help="write the rows as tasks of lm_eval, and stop"
    )


ONLY = {
    "split": ("--run",),
    "reopen": ("--run",),
    "adapter": ("--base",),
    "data": ("--base",),
    "revision": ("--base",),
    "trust_remote_code": ("--base",),
    "general": ("--run", "--base"),
    "merged": ("--run", "--base"),
    "quantized": ("--run", "--base"),
    "export_harness": ("--run", "--base"),
    "dtype": ("--run", "--base"),
    "device": ("--run", "--base"),
    "limit": ("--run", "--base"),
    "max_new_tokens": ("--run", "--base"),
    "general_predictions": ("--predictions",),
}


def refuse(arguments: Namespace, chosen: str) -> None:
    """What would be silently left out is a mistake."""
    for name, allowed in ONLY.items():
        if getattr(arguments, name) and chosen not in allowed:
            raise FtlintError(f"--{name.replace('_', '-')} goes with {' or '.join(allowed)}")
    if chosen == "--base" and not arguments.data:
        raise FtlintError("--base needs rows: --data FILE")
    served = arguments.merged or arguments.quantized
    if served and chosen == "--base" and not arguments.adapter:
        raise FtlintError("--merged needs an adapter: --adapter DIR")
    if arguments.judge and (served or (chosen == "--base" and not arguments.adapter)):
        raise FtlintError("--judge compares base and tuned: give both, without --merged")
    if arguments.judge and not arguments.judge_model:
        raise FtlintError("--judge needs the name of its model: --judge-model NAME")
    if arguments.judge_model and not arguments.judge:
        raise FtlintError("--judge-model needs where to ask: --judge URL")


def _count(text: str) -> int:
    try:
        found = int(text)
    except ValueError:
        found = 0
    if found < 1:
        raise ArgumentTypeError(f"{text!r} is no whole number from 1 on")
    return found


def _share(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = -1.0
    if not 0 <= found <= 1:
        raise ArgumentTypeError(f"{text!r} is no number from 0 to 1")
    return found
