from __future__ import annotations

import re
from collections.abc import Iterator

from ftlint.model import Finding, Match, Severity
from ftlint.rule import Example, Rule, chat

RENDERED = frozenset({"/text", "/prompt", "/completion", "/chosen", "/rejected"})

_HASHES = r"(?m)^### ?(?:Instruction|Human|User|Question|Input) ?:"
_OPENERS = {"ASSISTANT": "(?m)^USER: ", "Assistant": "(?m)^Human: "}
_PREAMBLE = 400
"""Characters; Alpaca's and Vicuna's preambles before the first opener have fewer than 250."""


class ChatTemplateInText(Rule[Match]):
    """A conversation rendered with a text template inside one message.

    ## Why it matters
    "### Instruction: ... ### Response:" or "USER: ... ASSISTANT:" within a message is a template under a
    template: the model learns to write both markers, and prompts without them no longer look like its
    training. In an answer it means that the next turn was swallowed: the model learns to go on and speak
    for the user.

    ## What to do
    Make the turns messages of their own and leave the template to the trainer.

    ## References
    The templates are those of Alpaca (tatsu-lab/stanford_alpaca), Vicuna (lm-sys/FastChat), Guanaco and
    Anthropic's HH. A prompt is found when the whole text is a rendered template: it begins with an opening
    marker, after 400 characters of preamble at most (Alpaca's has under 250), and ends with or goes on from
    an answering one. An answer is found when a user's marker stands after some text. `text` rows and the
    columns of prompt-completion and preference records are left alone: there the template belongs.

    ## Known limits
    Of the 56 real files the project is tested on, none holds a template inside a message; the 2,747 rows
    that hold one hold it in a rendered column, and none of them is found.
    """

    code = "TOK004"
    name = "chat-template-in-text"
    severity = Severity.WARNING
    headline = "{count} messages hold a rendered template"
    help = "make its turns messages; the trainer applies the template"
    per = "record"
    pattern = r"(?:### ?(?:Response|Assistant|Answer)|\nASSISTANT| ASSISTANT|\nAssistant) ?:"
    bad = (
        Example([chat("### Instruction:\nName a colour.\n\n### Response:", "Red.")]),
        Example(
            [
                chat(
                    "Below is an instruction that describes a task.\n\n### Instruction:\nName a colour.\n\n"
                    "### Response:\n",
                    "Red.",
                )
            ]
        ),
        Example([chat("USER: Name a colour. ASSISTANT:", "Red.")]),
        Example([chat("Name a colour.", "Red.\n\nHuman: And another?\n\nAssistant: Blue.")]),
    )
    good = (
        Example([chat("Rate this chat.\n\nHuman: Hi\n\nAssistant: Go away.", "Rude.")]),
        Example([chat("Write a dialogue.", "User: Hi, a ticket please.\nAssistant: Where to?")]),
        Example([{"text": "### Instruction:\nName a colour.\n\n### Response:\nRed."}] * 2),
        Example([chat("Write a README.", "### Usage\nRun it.\n\n### Response:\nJSON.")]),
        Example(
            [{"chosen": "\n\nHuman: Hi\n\nAssistant: Hello", "rejected": "\n\nHuman: Hi\n\nAssistant: No"}]
            * 2
        ),
    )

    def check(self, match: Match) -> Iterator[Finding]:
        if match.record.format.kind in ("text", "tokenised") or match.text.where == "meta":
            return
        if match.text.pointer in RENDERED:
            return
        hashes = match.value.startswith("###")
        opener = _HASHES if hashes else _OPENERS[match.value.strip(" \n:")]
        found = re.search(opener, match.text.value[: match.start + 1])
        if found is None:
            return
        if match.text.where == "target":
            if match.text.value[: found.start()].strip():
                yield Finding(f"a user's turn ({found.group().strip()}) inside the answer")
        elif found.start() <= _PREAMBLE and (hashes or not match.text.value[: found.start()].strip()):
            yield Finding(f"a rendered template ({found.group().strip()} ... {match.value.strip()})")
