"""Rows to tasks of lm-evaluation-harness, asked as `ftlint eval` asks them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ftlint.evaluate.harness_export import Exported, write_tasks
from ftlint.evaluate.models import Source, limit_of, spelled
from ftlint.evaluate.options import Options
from ftlint.evaluate.questions import ends_of, longest_answer
from ftlint.evaluate.sets import Files, opened_set
from ftlint.model import FtlintError

if TYPE_CHECKING:
    from ftlint.weights.tokenizer import Tokenizer


def export(
    folder: str,
    source: Source,
    files: Sequence[Files],
    tokenizer: Tokenizer,
    root: str,
    options: Options,
) -> list[str]:
    """Write the tasks into `folder`; the commands that run them: of the base, and with the adapter."""
    rows = opened_set(files, tokenizer, root, limit=limit_of(source.folder), first=options.first)
    found = [each for some in rows.values() for each in some.questions]
    asked = {
        role: [Exported(each.id, each.text, each.reference) for each in some.questions if each.ids]
        for role, some in rows.items()
    }
    if not any(asked.values()):
        raise FtlintError("no row asks anything: lm-evaluation-harness has nothing to run", files[0].paths[0])
    stops = sorted(tokenizer.stops | ends_of(found, tokenizer.special))
    until = [tokenizer.decode([each]) for each in stops]
    longest = options.max_new_tokens or longest_answer(found)
    return [
        write_tasks(
            folder,
            asked,
            model=source.folder,
            adapter=adapter,
            dtype=spelled(source.dtype),
            until=until,
            max_new_tokens=longest,
        )
        for adapter in dict.fromkeys(("", source.adapter))
    ]
