"""Record formats: detect, view. One module each, or one for a close family."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ftlint.formats.columns import identity, remapped
from ftlint.formats.detect import Detection, best, detect, fitted
from ftlint.model import Format, FtlintError

__all__ = ["FORMATS", "Detection", "best", "by_name", "detect", "fitted", "identity", "remapped"]

ALIASES = {
    "axolotl": "openai-chat",
    "anthropic": "bedrock-claude",
    "azure": "openai-chat",
    "chat": "openai-chat",
    "chat-template": "openai-chat",
    "chatml": "openai-chat",
    "claude": "bedrock-claude",
    "completion": "text",
    "converse": "bedrock-converse",
    "conversations": "sharegpt",
    "dpo": "trl-preference",
    "fireworks": "openai-chat",
    "grpo": "trl-prompt-only",
    "hh-rlhf": "hh",
    "input-ids": "tokenised",
    "language-modeling": "text",
    "llama": "bedrock-converse",
    "llamafactory-dpo": "sharegpt-dpo",
    "messages": "openai-chat",
    "nova": "bedrock-converse",
    "openai": "openai-chat",
    "openai-legacy": "prompt-completion",
    "oasst": "dialogue",
    "preference": "trl-preference",
    "pretokenized": "tokenised",
    "prompt-only": "trl-prompt-only",
    "question-answer": "qa",
    "rft": "openai-rft",
    "self-instruct": "seed-tasks",
    "stepwise": "trl-stepwise",
    "together": "openai-chat",
    "together-dpo": "openai-dpo",
    "tokenized": "tokenised",
    "trl-language-modeling": "text",
    "trl-messages": "openai-chat",
    "trl-prompt-completion": "prompt-completion",
    "trl-text": "text",
    "unpaired": "trl-unpaired",
    "unpaired-preference": "trl-unpaired",
    "verl": "trl-prompt-only",
    "vertex": "gemini",
    "vertex-gemini": "gemini",
}


class _Catalogue(Mapping[str, Format]):
    """All formats by name; their modules are imported when one is first asked for."""

    def __init__(self) -> None:
        self._built: dict[str, Format] = {}

    def _all(self) -> dict[str, Format]:
        if not self._built:
            from ftlint.formats.catalogue import formats

            self._built = {known.name: known for known in formats()}
        return self._built

    def __getitem__(self, name: str) -> Format:
        return self._all()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


FORMATS: Mapping[str, Format] = _Catalogue()


def by_name(name: str) -> Format:
    """The format a user names, by its own name or a well-known other one; case and underscores are free."""
    wanted = name.strip().lower().replace("_", "-").replace(" ", "-")
    found = FORMATS.get(ALIASES.get(wanted, wanted))
    if found is None:
        from difflib import get_close_matches

        near = get_close_matches(wanted, [*FORMATS, *ALIASES], n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}?" if near else f"known are {', '.join(FORMATS)}"
        raise FtlintError(f"unknown format {name!r}: {hint}")
    return found
