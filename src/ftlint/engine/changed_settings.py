"""The settings of a check in a snapshot of the repository."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace

from ftlint.read.git_snapshot import Snapshot
from ftlint.settings import Settings


def moved(settings: Settings, state: Snapshot) -> Settings:
    """The settings with the root in the snapshot. What says how is judged stays where it is: suppressions,
    facts, tokenizers; only what is judged is looked for in the snapshot."""
    root = os.path.realpath(settings.root)

    def here(path: str) -> str:
        return os.path.normpath(os.path.join(root, os.path.expanduser(path))) if path else ""

    def schema(path: str) -> str:
        return path if os.path.exists(state.inside(here(path))) else here(path)

    head, colon, folder = settings.pii.model.rpartition(":")
    model = here(folder) if os.path.isdir(here(folder)) else folder
    pii = replace(
        settings.pii, recognizers_file=here(settings.pii.recognizers_file), model=f"{head}{colon}{model}"
    )
    return replace(
        settings,
        root=state.inside(root),
        tracked=False,
        cache_dir=here(settings.cache_dir),
        suppressions=here(settings.suppressions),
        target=_with_facts(settings.target, here),
        target_facts=here(settings.target_facts),
        tokenizer=_tokenizer(settings.tokenizer, here),
        pii=pii,
        dataset=tuple(
            replace(each, schema=schema(each.schema), target=_with_facts(each.target, here))
            for each in settings.dataset
        ),
        training=tuple(
            replace(each, tokenizer=_tokenizer(each.tokenizer, here)) for each in settings.training
        ),
    )


def _tokenizer(written: str, here: Callable[[str], str]) -> str:
    """A tokenizer's file; what is none is the name of a way to count."""
    return here(written) if written and os.path.exists(here(written)) else written


def _with_facts(target: str, here: Callable[[str], str]) -> str:
    """A target with the file of facts that it names."""
    file, sign, plain = target.rpartition("#")
    return f"{here(file)}{sign}{plain}"
