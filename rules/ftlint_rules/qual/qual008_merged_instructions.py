from __future__ import annotations

import re
from collections.abc import Iterator

from ftlint.model import Finding, Match
from ftlint.rule import Example, Rule, Severity

_OUTPUT = r"\n[#*\d. ]{0,8}(?:Output|Response|Answer) ?\d{0,3} ?[:：]"


class MergedInstructions(Rule[Match]):
    """An answer goes on with the next task: several records were merged into one.

    ## Why it matters
    Generated data is cut into records by a script; where the cut fails, the answer holds a second instruction
    with its input and output. The model learns to ask itself new questions after it has answered.

    ## What to do
    Cut the answer before the second instruction, or split the record in two.

    Found is a line "Instruction:", numbered or not, inside an answer, with a line "Output:", "Response:" or
    "Answer:" after it. Recipes ("Instructions:") and texts that are a template as a whole are left alone.

    ## References
    Measured: 22 of the first 2,000 rows of Stanford Alpaca (1.1%), all true. AlpacaDataCleaned
    (github.com/gururise/AlpacaDataCleaned) lists "merged instructions" among the faults it mends.
    On 56 public files: 25 hits, 20 looked at, 20 true.
    """

    code = "QUAL008"
    name = "merged-instructions"
    severity = Severity.WARNING
    headline = "{count} answers hold a further task"
    help = "cut the answer before the second instruction"
    where = "target"
    per = "record"
    pattern = r"\n[#*0-9. ]{0,8}(?:Instruction|指令|Task) ?[0-9]{0,3} ?[:：]"
    bad = (
        Example(
            [
                {
                    "instruction": "Name a sea bird.",
                    "input": "",
                    "output": "The gannet.\n##\n11. Instruction: Write a poem.\n11. Input:\n<noinput>\n"
                    "11. Output:\nRoses are red.",
                }
            ]
        ),
    )
    good = (
        Example(
            [
                {
                    "instruction": "Give me a recipe.",
                    "input": "",
                    "output": "Ingredients:\n- eggs\n\nInstructions:\n1. Boil the eggs.\n\nOutput: eggs.",
                }
            ]
        ),
        Example(
            [{"text": "Below is a task.\n\n### Instruction:\nAdd 2 and 2.\n\n### Response:\n4"}],
            format="text",
            note="a record that is one filled-in template",
        ),
        Example([{"instruction": "Explain.", "input": "", "output": "It has two parts.\nTask: what to do."}]),
    )

    def check(self, match: Match) -> Iterator[Finding]:
        text = match.text.value
        if not re.search(_OUTPUT, text[match.end :]):
            return
        if match.record.format.kind == "text" and text.count(match.value.strip()) < 2:
            return
        yield Finding("the answer goes on with another instruction")
