"""Hides what may be private in text that is shown: rather too much than too little.

Personal names and addresses cannot be told from other words and stay; what has a form (addresses, numbers,
keys, passwords behind their name) goes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

MASK = "‹…›"

# How far beyond the shown piece secrets are looked for: a key block of 4,096 bits is 3.2 KB long.
_REACH = 8192

Span = tuple[int, int]


def mask(text: str) -> str:
    """`text` with every piece that may be private replaced by `‹…›`."""
    pieces = []
    done = 0
    for start, end in sensitive(text):
        pieces += [text[done:start], MASK]
        done = end
    return "".join([*pieces, text[done:]])


def sensitive(text: str, names: bool = False) -> list[Span]:
    """Spans of `text` that may be private: sorted, apart from each other.

    With `names` long runs of letters and digits are left that may be the name of a model or a file.
    """
    spans = _joined(_found(text, names))
    if not spans:
        return spans
    known = [match.span() for match in _model_name().finditer(text)]
    return [(a, b) for a, b in spans if not any(low <= a and b <= high for low, high in known)]


def _joined(spans: Iterable[Span]) -> list[Span]:
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def window(
    text: str,
    start: int,
    end: int,
    before: int = 30,
    after: int = 60,
    *,
    hidden: Sequence[Span] = (),
    bare: bool = False,
) -> tuple[str, int, int]:
    """The piece of `text` around [start, end) on one line, masked, with control characters made visible.

    `hidden` spans are masked whatever they look like; with `bare` nothing is. Returns the piece and the
    span in it, in code points and never empty; `…` stands where text was cut.
    """
    start = max(0, min(start, len(text)))
    end = max(start, min(end, len(text)))
    low = max(0, start - before)
    high = min(len(text), low + before + after)
    # A base letter is not parted from its marks.
    while low > 0 and start - low < before + 8 and unicodedata.combining(text[low]):
        low -= 1
    reach = max(0, low - _REACH)
    spans = [(a + reach, b + reach) for a, b in sensitive(text[reach : high + _REACH])]
    spans = [] if bare else _joined([*spans, *hidden])

    pieces = ["…"] if low else []
    size = len(pieces)
    first, last = size, size
    for piece, left in _pieces(text, low, high, spans):
        if left <= start:
            first = size
        size += len(piece)
        if left < end:
            last = size
        pieces.append(piece)
    if start >= high:
        first = size
    if high < len(text):
        pieces.append("…")
    shown = "".join(pieces) or " "
    first = min(first, len(shown) - 1)
    return shown, first, min(max(last, first + 1), len(shown))


def _pieces(text: str, low: int, high: int, spans: list[Span]) -> Iterator[tuple[str, int]]:
    """What stands for text[low:high], each piece with the place in `text` where it begins."""
    place = low
    for left, right in spans:
        if right <= low or left >= high:
            continue
        for index in range(place, left):
            yield _visible_at(text, index), index
        yield MASK, left
        place = right
    for index in range(place, high):
        yield _visible_at(text, index), index


def visible(text: str) -> str:
    """`text` on one line that cannot move the cursor, change colours, reorder or hide other text.

    Escapes control, format, bidirectional and unassigned characters and lone surrogates, and the bracket
    of `##[`, which GitHub's runner would take for a command anywhere in a line.
    """
    if text.isprintable() and "##[" not in text:
        return text
    return "".join(_visible_at(text, index) for index in range(len(text)))


_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\ufe0e": "", "\ufe0f": ""}


def _visible_at(text: str, index: int) -> str:
    char = text[index]
    if char in _SHORT:
        return _SHORT[char]
    if char == "[" and text[max(0, index - 2) : index] == "##":
        return "\\x5b"
    category = unicodedata.category(char)
    # Variation selectors past the first sixteen can carry hidden bytes.
    if category == "Zs" or (char.isprintable() and not 0xE0100 <= ord(char) <= 0xE01EF):
        return char
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _found(text: str, names: bool = False) -> Iterator[Span]:
    lower = _lower(text)
    for needs, pattern in _patterns():
        searched = lower if pattern.flags & re.IGNORECASE else text
        if not needs or any(need in searched for need in needs):
            for match in pattern.finditer(text):
                yield match.span(pattern.groups)
    yield from _behind_names(text, lower)
    for match in _token_run().finditer(text):
        if not (_namelike if names else _wordlike)(match[0]):
            yield match.span()
    for match in _colon_run().finditer(text):
        if match[0].count(":") >= 2 and any(char.isdigit() for char in match[0]):
            yield match.span()


def _lower(text: str) -> str:
    """`text` in lower case, every character at its place."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(char.lower() if len(char.lower()) == 1 else char for char in text)


def _behind_names(text: str, lower: str) -> Iterator[Span]:
    """Values that stand behind the name of a secret."""
    for name in _NAMES:
        place = lower.find(name)
        while place >= 0:
            end = place + len(name)
            apart = len(name) > 3 or not (
                lower[place - 1 : place].isalnum() or lower[end : end + 1].isalnum()
            )
            match = _named_value().match(text, end) if apart else None
            if name == "token" and lower.startswith(("iz", "is"), end):
                match = None  # a tokenizer is no secret
            counted = name == "token" and lower.startswith("s", end)
            if match and not (counted and _COUNT.fullmatch(match[1])):
                yield match.span(1)
            place = lower.find(name, match.end() if match else end)


# A run of letters after a JSON escape (`\nsk-…`) starts a word too.
_EDGE = r"(?:(?<![A-Za-z])|(?<=\\[nrtbf]))"
_AT = r"(?:[@＠﹫]|\\u0040|\s{0,2}[\[({<]\s?@\s?[\])}>]\s{0,2})"
_LOCAL = r"(?:[\w.!#$%&'*+/=?^`{|}~-]|\\u[0-9A-Fa-f]{4})"
# The run begins here: no letter of it stands before, and this is not the inside of an escape.
_LOCAL_START = r"(?<![\w.!#$%&'*+/=?^`{|}~-])(?!(?<=\\)u[0-9A-Fa-f]{4})"
_DIGIT = r"(?:\d|\\u(?:06[6f]|ff1)[0-9]|\\u096[6-9a-f])"
# White space (also escaped), hyphens and dashes, brackets, zero-width characters.
_GAP = r"(?:[\s.,·•:_*/()\[\]+‐-―−\u200b-\u200f\u2060\ufeff\u00ad-]|\\[nrt])"
_QUOTE = r"[\s\"'`\\*\])]{0,6}"
_ATS = ("@", "＠", "﹫", "\\u0040")
_NAMES = (
    "passw", "passphrase", "passcode", "contrase", "pwd", "secret", "token", "api key", "api_key", "api-key",
    "apikey", "access key", "access_key", "access-key", "accesskey", "private key", "private_key",
    "private-key", "privatekey", "signing", "account key", "accountkey", "account_key", "encryption", "auth",
    "credential", "cookie", "session", "signature", "sig", "ssn", "cvv", "cvc", "pin", "iban", "passport",
)  # fmt: skip
_PHRASES = ("passphrase", "seed", "recovery", "backup", "mnemonic", "cookie")
_KEYS = (
    "sk-", "sk_", "pk-", "pk_", "rk-", "rk_", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "hf_",
    "AKIA", "ASIA", "AIza", "xox", "glpat-", "npm_", "pypi-", "SG.", "ya29.", "whsec_", "dop_v1_", "shpat_",
    "sq0", "AccountKey=", "eyJ",
)  # fmt: skip


@cache
def _patterns() -> tuple[tuple[tuple[str, ...], re.Pattern[str]], ...]:
    """What a pattern cannot match without (lower case, any of them), and the pattern.

    Its last group (the whole match where there is none) is private. All are linear in practice: runs are
    possessive and begin only where the run begins.
    """
    case = re.IGNORECASE
    begin, end = r"-----BEGIN[^-]{0,40}-----", r"-----END[^-]{0,40}-----"
    return tuple(
        (needs, re.compile(pattern, flags))
        for needs, pattern, flags in (
            # e-mail addresses, written out and disguised
            (_ATS, rf"{_LOCAL_START}{_LOCAL}++{_AT}[\w.\[\]-]++(?:\\u002e[\w.-]+)*", case),
            (("%40",), r"(?<![\w.+-])[\w.+-]++%40[\w.-]++", case),
            (_ATS, rf"[\"'][^\"'\n]{{1,64}}\\?[\"']{_AT}[\w-]+\.[\w.-]++", case),
            (_ATS, r"(?<![\w.+-])[\w.+-]{1,64}+\s{1,2}[@＠]\s{0,2}[\w.-]{1,64}+(?:\s?\.\s?\w+)*", case),
            (
                ("at)", "at]", "at}", "at>", "at )", "at ]"),
                r"(?<![\w.+-])[\w.+-]{1,64}+\s{0,2}[\[({<]\s?at\s?[\])}>]\s{0,2}[\w-]{1,64}+"
                r"(?:\s{0,2}(?:\.|[\[({<]\s?(?:dot|\.)\s?[\])}>]|\bdot\b)\s{0,2}\w+)*",
                case,
            ),
            (
                (" dot ",),
                r"(?<![\w.+-])[\w.+-]{1,64}+\s{1,2}at\s{1,2}[\w-]{1,64}+(?:\s{1,2}dot\s{1,2}\w+)+",
                case,
            ),
            # phone, card, account and social-security numbers, dates of birth
            ((), rf"\+?{_DIGIT}(?:{_GAP}{{0,3}}+{_DIGIT}){{6,}}+", case),
            ((), r"[A-Z]{1,3}[ -]?\d[ -]?\d(?:[ -]?\d){3,}[A-Z]?", 0),
            ((), r"[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{2,4}){3,8}", 0),
            ((".",), r"\d{1,3}(?:\[?\.\]?\d{1,3}){3}", 0),
            # keys
            (
                _KEYS,
                _EDGE + r"(?:[spr]k[-_][\w./+=-]{8,}|(?:gh[pousr]_|github_pat_|hf_|AKIA|ASIA|AIza|xox[a-z]-|"
                r"glpat-|npm_|pypi-|SG\.|ya29\.|whsec_|dop_v1_|shpat_|sq0|AccountKey=|eyJ)[\w./+=-]{6,})",
                0,
            ),
            (("-----BEGIN",), rf"{begin}(?:(?!-----BEGIN).)*?(?:{end}|(?=-----BEGIN)|\Z)", re.DOTALL),
            (("-----END",), rf"\A(?:(?!-----BEGIN).)*?{end}", re.DOTALL),
            # addresses on the web: who logs in, and what is asked for
            (("/",), r":(?:\\?/){2}([^\s/\"'<>]{1,512}@)", 0),
            (("?", "#"), r":(?:\\?/){2}[^\s\"'<>?#]{0,2048}+[?#]([^\s\"'<>]++)", 0),
            # secrets of several words, and in commands
            (
                _PHRASES,
                r"(?:passphrase|(?:seed|recovery|backup)[ _-](?:phrase|words|codes?)|mnemonic|cookie)"
                r"[\w-]{0,16}" + _QUOTE + r"(?:[:=]|\sis\s)\s{0,3}\\{0,3}\"?([^\n\"\\]{1,400})",
                case,
            ),
            (("bearer",), r"bearer\s{1,3}([^\s\"',;]{4,})", case),
            (
                ("--",),
                r"(?<!-)--[\w-]{0,32}(?:pass|token|secret|key)[\w-]{0,16}[ =]+([^\s\"']++|\\?\"[^\"]+)",
                case,
            ),
        )
    )


@cache
def _named_value() -> re.Pattern[str]:
    return re.compile(
        r"[\w-]{0,32}[\s\"'`\\*\])]{0,6}(?:[:=]{1,2}>?|\s(?:is|was|are|ist|es|est)\s)\s{0,3}"
        r"((?:\\{0,3}\"(?:[^\"\\\n]|\\.)*|'[^'\n]*|[\[{][^\]}\n]{0,4096}|"
        r"(?:(?:basic|bearer|digest|token)\s+)?[^\s\"',;&}\])]++))",
        re.IGNORECASE,
    )


@cache
def _token_run() -> re.Pattern[str]:
    return re.compile(
        r"(?<![A-Za-z0-9_+/=.~-])(?:[A-Za-z0-9_+/=.~-]|\\/|\\u00[2-7][0-9A-Fa-f]|%[0-9A-Fa-f]{2}){16,}+"
    )


@cache
def _colon_run() -> re.Pattern[str]:
    """IPv6 and hardware addresses, before they are looked at closely."""
    return re.compile(r"(?<![0-9A-Fa-f:])[0-9A-Fa-f:]{5,}+(?:[.%][\w.]+)?")


@cache
def _model_name() -> re.Pattern[str]:
    """Published names of models, whose dates and versions look like numbers of people."""
    return re.compile(
        r"(?<![\w.:-])(?:(?:amazon|anthropic|meta|cohere|mistral|ai21|us|eu|apac)\.)*+"
        r"(?:gpt|chatgpt|o\d|claude|gemini|nova|titan|llama\d?|command|jamba|mistral|codestral|ministral)"
        r"(?:[-.](?:[a-z]{1,12}\d{0,2}|\d{1,3}[a-z]?)(?![A-Za-z0-9]))*+"
        r"(?:-20\d\d-?[01]\d-?[0-3]\d)?(?:-v\d{1,2})?(?::\d{1,2}(?::\d{1,4}k)?)?(?![\w:@])"
    )


@cache
def _plain() -> re.Pattern[str]:
    return re.compile(
        r"\d{1,6}(?:[A-Za-z]{0,2}|bit)|[A-Z]{1,16}\d{0,4}|[a-z]*+(?:[A-Z][a-z]++)*+[A-Z]?\d{0,4}"
    )


_COUNT = re.compile(r"\d{1,7}|true|false|null|none", re.IGNORECASE)
"""What `max_tokens` may be, and no token is."""

_SEPARATORS = re.compile(r"[^A-Za-z0-9]+")
_CONSONANTS = re.compile(r"[bcdfghjklmnpqrstvwxz]{6}", re.IGNORECASE)


def _wordlike(run: str) -> bool:
    """Whether a long run is made of words and small numbers, like a path, an identifier or a model's name."""
    return all(_is_word(piece) for piece in _SEPARATORS.split(run) if piece)


def _namelike(run: str) -> bool:
    """Whether a long run may be the name of a model: `Qwen3-235B-A22B-Instruct-2507` has short pieces."""
    return all(len(piece) < 16 or _is_word(piece) for piece in _SEPARATORS.split(run))


def _is_word(piece: str) -> bool:
    if len(piece) > 24 or not _plain().fullmatch(piece):
        return False
    # Letters at random have far more capitals than words run together, and too few vowels.
    capitals = sum(char.isupper() for char in piece)
    mixed = 0 < capitals < len(piece) and capitals * 3 > len(piece)
    return len(piece) < 12 or not (mixed or _CONSONANTS.search(piece))
