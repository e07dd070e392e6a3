from __future__ import annotations

import re
from collections.abc import Iterator

from ftlint.detect.rewrite import rewritten
from ftlint.model import Finding, Match
from ftlint.rule import Example, Rule, Severity, chat

_HIGH = r"€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ\x{80}-\x{BF}"
_UNQUOTED = r"€ƒ„…†‡ˆ‰Š‹ŒŽ•–—˜™š›œžŸ\x{80}-\x{BF}"
_CP1252 = "€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ"
_TO_BYTE = {character: 0x80 + index for index, character in enumerate(_CP1252)}
_RUN = r"[\x80-\xff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]{2,}"


class Mojibake(Rule[Match]):
    """Text that was UTF-8 and was read as something else: `â€™` for ’, `Ã©` for é.

    ## Why it matters
    The model learns to write the garbage. Mojibake spreads through copies and is seldom seen, because most
    rows of an English file have no accented letter at all.

    ## What to do
    Decode the source as UTF-8 again. The unsafe fix turns the found pieces back; look at the outcome.

    A piece is found only where turning it back gives valid UTF-8, so French, German or Portuguese text as it
    should be is left alone. Also found is 锟斤拷, what GBK makes of replacement characters.

    ## References
    Measured on 39,372 rows of 42 public fine-tuning files: 10 rows with mojibake or U+FFFD, no false one
    among them. The idea of turning back and looking is that of ftfy (Speer 2019,
    doi:10.5281/zenodo.2591652).
    On 56 public files: 35 hits, 30 looked at, 29 true.
    """

    code = "QUAL003"
    name = "mojibake"
    severity = Severity.WARNING
    fixable = "unsafe"
    headline = "{count} texts hold mojibake"
    help = "decode the source as UTF-8 again"
    pattern = (
        rf"[ÂÃ][{_HIGH}]|[ÅÄÐÑÎÏØÙ][{_UNQUOTED}]|â[€\x{{80}}][{_HIGH}]|ðŸ[{_HIGH}]|ï»¿"
        rf"|[äåæçèéã][{_HIGH}][{_HIGH}]|锟斤拷"
    )
    bad = (
        Example([chat("Why?", "Itâ€™s late.")]),
        Example([chat("OÃ¹ est le cafÃ© ?", "LÃ -bas.")]),
        Example([chat("Hot?", "It is 30Â°C.")]),
        Example([chat("ä½\xa0å¥½", "Hello!")]),
    )
    good = (
        Example([chat("Où est le café ?", "Là-bas, près de l’Âtre. Ça va ? « NAÏVE »")]),
        Example([chat("Escreva em maiúsculas.", "“MAÇÔ e “AMANHÃ”")]),
        Example([chat("Größe?", "5 €/m² — Ä’s und Ö’s.")]),
        Example([chat("Temperature?", "It’s 30°C.")]),
    )

    def check(self, match: Match) -> Iterator[Finding]:
        if match.value.startswith("锟"):
            yield Finding("mojibake: what GBK makes of replacement characters")
        elif _capitals(match):
            return
        elif any(_turned(run.group()) for run in re.finditer(_RUN, match.text.value)):
            fix = rewritten(match, "decode as UTF-8 again", repaired, safe=False)
            yield Finding("mojibake: UTF-8 that was read as another encoding", fix=fix)


def _capitals(match: Match) -> bool:
    """A word in capitals that ends in Ã or Â before a quotation mark."""
    return match.start > 0 and match.before[-1].isupper() and match.value[1] in "”“’‘»«"


def repaired(text: str) -> str:
    return re.sub(_RUN, lambda run: _turned(run.group()) or run.group(), text)


def _turned(run: str) -> str:
    """The run as UTF-8 once more, "" where it is none."""
    try:
        return bytes(_TO_BYTE.get(character, ord(character)) for character in run).decode()
    except (UnicodeDecodeError, ValueError):
        return ""
