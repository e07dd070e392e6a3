from __future__ import annotations

from collections.abc import Iterator

from ftlint.facts.targets import profile
from ftlint.model import Dataset, Finding, Severity
from ftlint.rule import Example, Rule, chat


class FormatNotAccepted(Rule[Dataset]):
    """Records in a format the target does not read.

    ## Why it matters
    Alpaca or ShareGPT records are fine for a local trainer and unreadable to every hosted service; the
    service's message then names one missing key and not the cause.

    ## What to do
    Convert the file to one of the formats named, or set `format` in the settings if this was a wrong guess.

    ## References
    The formats stand in the dated table of targets, `formats`; each entry names its source.
    On 56 public files, targets gpt-3.5-turbo and azure-openai: 3 hits, 3 looked at, 3 true.
    """

    code = "LIM009"
    name = "format-not-accepted"
    severity = Severity.ERROR
    help = "convert the file, or set `format` if the guess is wrong"
    bad = (
        Example([{"instruction": "Say hi.", "input": "", "output": "Hello."}] * 3, target="openai"),
        Example([chat("Hi", "Hello")] * 3, target="vertex-gemini"),
    )
    good = (
        Example([chat("Hi", "Hello")] * 3, target="openai"),
        Example([chat("Hi", "Hello")] * 3, target="bedrock-claude-3-haiku"),
        Example(
            [{"instruction": "Say hi.", "input": "", "output": "Hello."}] * 3,
            target="trl",
            note="a local trainer reads any columns it is told of",
        ),
    )

    def check(self, dataset: Dataset) -> Iterator[Finding]:
        if not dataset.target:
            return
        target = profile(dataset.target)
        for split, part in dataset.parts:
            if part.format is None or not target.formats or split.name not in ("train", "validation"):
                continue
            if part.format.name not in target.formats:
                yield Finding(
                    f"records are {part.format.name}; {target.title} reads "
                    f"{', '.join(target.formats)}{target.dated}",
                    path=part.path,
                )
