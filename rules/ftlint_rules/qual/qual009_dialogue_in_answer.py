from __future__ import annotations

import re
from collections.abc import Iterator

from ftlint.model import Finding, Match
from ftlint.rule import Example, Rule, Severity, chat

_REPLY = r"\n[#*<|\[ ]{0,5}(?:Assistant|ASSISTANT|AI|Bot|GPT)[>|\] ]{0,3} ?:"
_LABEL = r"\n[#*<|\[ ]{0,5}(?:Human|User|USER|Assistant|ASSISTANT|AI|Bot|GPT)[>|\] ]{0,3} ?:"
_ASKED = r"(?i)dialog|conversation|chat|script|transcript|interview|role|对话|聊天"


class DialogueInAnswer(Rule[Match]):
    """An answer goes on to speak for the user.

    ## Why it matters
    The turns of a conversation were not split: what the user said next stands inside the answer. The model
    learns to write the user's part itself, and never to stop.

    ## What to do
    Split the text into turns of their own.

    Found is a line "Human:" or "User:" in an answer that began as an answer, followed by a line
    "Assistant:", "AI:", "Bot:" or "GPT:". Left alone are texts that are dialogues from their first line and
    prompts that ask for a dialogue, a chat or a script.

    ## References
    Anthropic's hh-rlhf keeps whole conversations in one string; read as prompt and answer without splitting,
    every row of it has this fault (4,624 texts measured in its harmless-base test file).
    """

    code = "QUAL009"
    name = "dialogue-in-answer"
    severity = Severity.WARNING
    headline = "{count} answers speak for the user, too"
    help = "split the text into turns"
    where = "target"
    per = "record"
    pattern = r"\n[#*<|\[ ]{0,5}(?:Human|User|USER)[>|\] ]{0,3} ?:"
    bad = (
        Example([chat("Capital of Peru?", "It is Lima.\n\nHuman: And of Chile?\n\nAssistant: Santiago.")]),
    )
    good = (
        Example([chat("Write a chat.", "Here it is:\nUser: Hello\nBot: Hi there")]),
        Example([chat("Show an exchange.", "User: Hello\nBot: Hi there\nUser: Bye\nBot: Bye")]),
        Example(
            [chat("What is shown?", "The fields of the form:\nUser: your name\nPassword: your password")]
        ),
    )

    def check(self, match: Match) -> Iterator[Finding]:
        text = match.text.value
        begun = re.match(_LABEL, "\n" + text.lstrip()[:40])
        if begun or not text[: match.start].strip() or match.record.format.kind == "text":
            return
        if re.search(_REPLY, text[match.end :]) and not re.search(_ASKED, match.record.prompt_text):
            yield Finding("the answer goes on to speak for the user")
