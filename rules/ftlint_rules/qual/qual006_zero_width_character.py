from __future__ import annotations

import re
from collections.abc import Iterator

from ftlint.detect.rewrite import rewritten
from ftlint.model import Finding, Match
from ftlint.rule import Example, Rule, Severity, chat

_NAMES = {
    0x00AD: "soft hyphen",
    0x200B: "zero-width space",
    0x200C: "zero-width non-joiner",
    0x200D: "zero-width joiner",
    0x200E: "left-to-right mark",
    0x200F: "right-to-left mark",
    0x2060: "word joiner",
    0xFEFF: "byte-order mark",
}
_HIDDEN = r"\u00ad\u200b-\u200f\u2060-\u2064\ufeff"
# A joiner has work to do between letters of scripts that join, and between emoji.
_IDLE = rf"(?<![\u0590-\u109f\u1780-\u18af\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])[{_HIDDEN}]+"
_RIGHT_TO_LEFT = r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]"


class ZeroWidthCharacter(Rule[Match]):
    """A text holds a character that nobody sees.

    ## Why it matters
    Zero-width spaces, stray joiners, soft hyphens and byte-order marks come along from web pages and chat
    windows. They split words into other tokens ("duration" with one after its d), make equal texts differ,
    and an answer of a single one looks like text and is empty.

    ## What to do
    Remove them (a safe fix): what a reader sees stays the same.

    Not found where they have a purpose: joiners and non-joiners after Persian, Arabic, Hebrew, Indic, Thai,
    Khmer and Mongolian letters and inside emoji, direction marks in text with right-to-left letters.

    ## References
    Measured on 39,372 rows of 42 public fine-tuning files: 244 rows, of which 217 are emoji in a single
    file and left alone by this rule. Unicode Standard, section 23.2, and UTS #51 for emoji sequences.
    On 56 public files: 29 hits, 29 looked at, 29 true.
    """

    code = "QUAL006"
    name = "zero-width-character"
    severity = Severity.WARNING
    fixable = "safe"
    headline = "{count} texts hold invisible characters"
    help = "remove them"
    pattern = r"[\x{ad}\x{200b}-\x{200f}\x{2060}-\x{2064}\x{feff}]+"
    per = "text"
    bad = (
        Example([chat("Same d\u200buration?", "Yes.")]),
        Example([chat("Go on", "\u200b")]),
        Example([chat("Which?", "The first\ufeff one, or the sec\u00adond.")]),
    )
    good = (
        Example([chat("کتاب\u200cها؟", "می\u200cخوانم")], note="Persian needs the non-joiner"),
        Example([chat("Family?", "👨\u200d👩\u200d👦 and 🏳️\u200d🌈 and ❤️\u200d🔥 and 🧑🏽\u200d🌾")]),
        Example([chat("क्\u200dष", "हाँ")]),
        Example([chat("ภาษา\u200bไทย", "ใช่")], note="Thai breaks words with it"),
        Example([chat("שלום", "English (OK)\u200f שלום\u200e")]),
    )

    def check(self, match: Match) -> Iterator[Finding]:
        text = match.text.value
        idle = re.search(_IDLE, text)
        if idle is None or (idle.group().strip("\u200e\u200f") == "" and re.search(_RIGHT_TO_LEFT, text)):
            return
        place = idle.start()
        point = ord(text[place])
        fix = rewritten(match, "remove the invisible characters", visible, safe=True)
        yield Finding(
            f"{_NAMES.get(point, 'invisible character')} (U+{point:04X})",
            pointer=match.text.pointer,
            start=place,
            end=idle.end(),
            fix=fix,
        )


def visible(text: str) -> str:
    if re.search(_RIGHT_TO_LEFT, text):
        return re.sub(_IDLE, lambda found: "".join(re.findall("[\u200e\u200f]", found.group())), text)
    return re.sub(_IDLE, "", text)
