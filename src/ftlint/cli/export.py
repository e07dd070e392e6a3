"""`ftlint export`: parse, call, print."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from argparse import Namespace


def add_parser(commands: Any) -> None:
    from argparse import RawDescriptionHelpFormatter

    parser = commands.add_parser(
        "export",
        help="hand a trained adapter on: merged, GGUF, vLLM, Ollama, model card",
        usage="ftlint export RUN --to KIND [-o DIR] [flags]",
        description=(
            "Hand on what a run trained, in the precision its manifest says. Nothing is uploaded.\n\n"
            "  merged   the model with the adapter merged in: safetensors and tokenizer\n"
            "  gguf     the same, with the commands of llama.cpp for this model\n"
            "  vllm     the adapter as vLLM loads it, and the command that serves it\n"
            "  ollama   the merged model with a Modelfile: TEMPLATE derived from the chat template\n"
            "  card     the model card alone; the others have one, too"
        ),
        epilog=(
            "exit codes: 0 written, 2 could not write\n\n"
            "examples:\n"
            "  ftlint export runs/lora --to merged\n"
            "  ftlint export runs/lora --to ollama -o /models/tickets\n"
        ),
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", metavar="RUN", help="a run's folder")
    parser.add_argument(
        "--to", required=True, choices=("merged", "gguf", "vllm", "ollama", "card"), metavar="KIND"
    )
    parser.add_argument("-o", "--output", default="", metavar="DIR", help="a new folder (RUN/export/KIND)")
    parser.add_argument("--config", default="", metavar="FILE", help="the settings file")
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    from ftlint.gate.audit import ready
    from ftlint.gate.audit_events import record_export
    from ftlint.settings import load
    from ftlint.train.card import card
    from ftlint.train.export import export
    from ftlint.train.measured import measured
    from ftlint.train.trained import trained_run

    _quiet()
    settings = load(arguments.folder, config=arguments.config)
    ready(settings)
    trained = trained_run(arguments.folder, settings.root)
    text = card(trained, arguments.to, measured(arguments.folder))
    out = arguments.output or os.path.join(arguments.folder, "export", arguments.to)
    made = export(trained, arguments.to, out, text)
    given = {"lock": trained.manifest.lock, **{each.path: each.sha256 for each in trained.manifest.adapter}}
    record_export(settings, arguments.folder, arguments.to, given, made.folder, made.files)
    print(f"{made.folder}: {', '.join(made.files)}")
    for note in made.notes:
        print(f"note: {note}")
    if made.command:
        print(f"next: {made.command}")
    return 0


def _quiet() -> None:
    """No bars and warnings of libraries between our lines, and no hub."""
    for name, value in (
        ("HF_HUB_OFFLINE", "1"),
        ("HF_HUB_DISABLE_PROGRESS_BARS", "1"),
        ("TRANSFORMERS_VERBOSITY", "error"),
        ("TQDM_DISABLE", "1"),
    ):
        os.environ.setdefault(name, value)
