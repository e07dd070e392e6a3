"""Makes values that a regular expression matches, and texts that people write values into.

Values are made at run time, from a seed: no whole secret stands in a file of this repository.
"""

import re
import string
from random import Random
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

FORMS = (
    '{i}Token="{s}"',
    '{i}_api_token = "{s}"',
    "{i}Token={s}",
    "{i}Token = {s}",
    '{{\n    "{i}_token": "{s}"\n}}',
    '{{\\"{i}_token\\": \\"{s}\\"}}',
    "<{i}Token>{s}</{i}Token>",
    "<{i}Token>\n    {s}\n</{i}Token>",
    "{i}_token: {s}",
    "{i}_token: '{s}'",
    '{i}_token: "{s}"',
    "{i}_token: |\n  {s}",
    "{i}_token: >\n  {s}",
    'string {i}Token = "{s}";',
    'var {i}Token string = "{s}"',
    '{i}Token := "{s}"',
    "{i}Token := `{s}`",
    '${i}Token .= "{s}"',
    "{i}Token = '{s}'",
    "{i}Token,{s},",
    '  "{i}Token" => "{s}"',
    '{i}_TOKEN ::= "{s}"',
    '{i}_TOKEN ?= "{s}"',
    '{i}_TOKEN += "{s}"',
    "export {I}_API_KEY={s}",
    'os.environ["{I}_API_KEY"] = "{s}"',
    "line one\\n{i}_secret: {s}\\nline three",
    'client = Client({i}_key="{s}", timeout=3)',
)
"""A name in {i} (in capitals {I}) and a value in {s}: settings, programs, tables, escaped lines."""


def forms(name: str, value: str) -> list[str]:
    return [form.format(i=name, I=re.sub(r"\W", "_", name).upper(), s=value) for form in FORMS]


def made(pattern: str, random: Random, longest: int = 20) -> str:
    """A text that `pattern` (Python or RE2 syntax) matches; repeats take `longest` more than they must."""
    return _Maker(random, longest).make(parser.parse(python(pattern)), 0)


def python(pattern: str) -> str:
    """`pattern` as Python's parser takes it: a flag in the middle holds to the end of its group."""
    pattern = pattern.replace("[[:alnum:]]", "[a-zA-Z0-9]").replace(r"\z", r"\Z")
    while (at := pattern.find("(?i)", 1)) > 0:
        end = _group_end(pattern, at + 4)
        pattern = f"{pattern[:at]}(?i:{pattern[at + 4 : end]}){pattern[end:]}"
    return pattern


def _group_end(pattern: str, at: int) -> int:
    depth, inside = 0, False
    while at < len(pattern):
        char = pattern[at]
        if char == "\\":
            at += 1
        elif inside:
            inside = char != "]"
        elif char == "[":
            inside = True
        elif char == "(":
            depth += 1
        elif char == ")":
            if not depth:
                return at
            depth -= 1
        at += 1
    return at


_CATEGORIES = {
    sre.CATEGORY_DIGIT: string.digits,
    sre.CATEGORY_WORD: string.ascii_letters + string.digits + "_",
    sre.CATEGORY_SPACE: " ",
    sre.CATEGORY_NOT_SPACE: string.ascii_letters + string.digits,
}
_PRINTABLE = [chr(code) for code in range(32, 127)]


class _Maker:
    def __init__(self, random: Random, longest: int) -> None:
        self.random = random
        self.longest = longest

    def make(self, nodes: Any, flags: int) -> str:
        return "".join(self.node(operator, argument, flags) for operator, argument in nodes)

    def node(self, operator: Any, argument: Any, flags: int) -> str:
        if operator is sre.LITERAL:
            return chr(argument)
        if operator is sre.NOT_LITERAL:
            return self.random.choice([char for char in string.ascii_letters if ord(char) != argument])
        if operator is sre.ANY:
            return self.random.choice(string.ascii_letters)
        if operator is sre.IN:
            return self.cased(self.random.choice(_members(argument)), flags)
        if operator in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            low, high, inner = argument
            count = self.random.randint(low, min(int(high), low + self.longest))
            return "".join(self.make(inner, flags) for _ in range(count))
        if operator is sre.SUBPATTERN:
            _, added, taken, inner = argument
            return self.make(inner, (flags | added) & ~taken)
        if operator is sre.BRANCH:
            return self.make(self.random.choice(argument[1]), flags)
        if operator is sre.AT:
            return ""
        raise NotImplementedError(operator)

    def cased(self, char: str, flags: int) -> str:
        return char.swapcase() if flags & re.IGNORECASE and self.random.random() < 0.3 else char


def _members(choices: Any) -> list[str]:
    members: list[str] = []
    negated = False
    for operator, argument in choices:
        if operator is sre.NEGATE:
            negated = True
        elif operator is sre.LITERAL:
            members.append(chr(argument))
        elif operator is sre.RANGE:
            members += map(chr, range(argument[0], min(argument[1], argument[0] + 300) + 1))
        elif operator is sre.CATEGORY:
            members += _CATEGORIES[argument]
    return [char for char in _PRINTABLE if char not in members] if negated else members
