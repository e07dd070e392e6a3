from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.model import Dataset, Finding
from ftlint.rule import Between, Example, Rule, Severity, chat
from ftlint_rules.measures.cut_answers import CutAnswers
from ftlint_rules.measures.measured import measured

WHOLE = (
    "The lake lies high up in the hills and is fed by three streams. In winter it freezes over from shore to"
    " shore, and people come from the villages to skate on it."
)
CUT = (
    "The lake lies high up in the hills and is fed by three streams. In winter it freezes over from shore to"
    " shore, and people come from the villages to skate on the"
)


class TruncatedOutput(Rule[Dataset]):
    """An answer stops in the middle of a sentence.

    ## Why it matters
    Answers generated with too low a token limit are cut. The end-of-turn token is learnt after half a
    sentence, and the tuned model stops there, too.

    ## What to do
    Generate the answer again with a higher limit, or drop the row.

    An answer of 100 characters or more is found when its last line is prose without closing punctuation and
    either ends in a word that asks for another ("of", "the", "and") or follows a finished sentence. Lists,
    verse, code, tables and letters' closings are left alone. Where more than `most` of a file's long
    answers look cut, the file has its own manner of ending, and that is told once, as information; where
    less than half end in punctuation, nothing is told.

    ## References
    Measured on 39,372 rows of 42 public fine-tuning files: 1.8% of longer answers have no closing
    punctuation, most of them code, lists or verse; that alone is a weak sign. Anthropic's hh-rlhf
    (harmless-base, test) has 5.5% of its chosen answers cut.
    On 56 public files: 132 hits, 32 looked at, 27 true.
    """

    code = "QUAL010"
    name = "truncated-output"
    severity = Severity.WARNING
    headline = "{count} answers stop in the middle of a sentence"
    help = "generate them again with a higher token limit, or drop them"
    needs = (CutAnswers,)
    bad = (
        Example([chat("Tell me of the lake.", CUT), *(chat(f"Lake {n}?", WHOLE) for n in range(5))]),
        Example([chat(f"Lake {n}?", CUT if n < 15 else WHOLE) for n in range(30)], note="told once"),
    )
    good = (
        Example([chat(f"Lake {n}?", WHOLE) for n in range(5)]),
        Example(
            [
                *(chat(f"Lake {n}?", WHOLE) for n in range(5)),
                chat(
                    "Write a letter.", f"Dear Sir,\n\n{WHOLE} With kind regards, your old friend Ann Archer"
                ),
                chat(
                    "What to pack?",
                    f"{WHOLE}\n\n- skates with sharp blades and a spare pair of laces\n- a thermos of",
                ),
                chat("Code?", f"{WHOLE}\n\nfor lake in sorted(lakes): print(lake.name, lake.depth or"),
                chat("Which?", "The second of the two"),
            ]
        ),
    )

    most: Annotated[
        float, Between(0, 1), "share of long answers that may look cut before it is told once"
    ] = 0.3

    def check(self, dataset: Dataset) -> Iterator[Finding]:
        for part, found in measured(dataset, CutAnswers):
            if part.format is None or part.format.kind in ("prompt", "tokenised"):
                continue
            if not found.cut or found.closed * 2 < found.long:
                continue
            if len(found.cut) >= 10 and len(found.cut) > self.most * found.long:
                share = len(found.cut) / found.long
                yield Finding(
                    f"{share:.0%} of {found.long:,} long answers seem to stop in the middle of a sentence",
                    path=part.path,
                    severity=Severity.INFO,
                )
                continue
            for row in found.cut:
                yield Finding("the answer stops in the middle of a sentence", row=row, path=part.path)
