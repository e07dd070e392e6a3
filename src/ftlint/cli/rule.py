"""`ftlint rule`: what a rule means, why it matters, how to mend it, and how to set it."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping, Sequence
from inspect import cleandoc
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ftlint.rule import Example, Rule

    RuleClass = type[Rule[Any]]

SHOWN = 6
"""Lines of an example that a page shows."""
WIDE = 110


def add_parser(subparsers: Any) -> None:
    parser: ArgumentParser = subparsers.add_parser(
        "rule",
        help="explain a rule",
        description="Explain rules: what is wrong, why it matters, how to mend it, what can be set.",
        epilog="examples: ftlint rule LEAK001 · ftlint rule exact-duplicate · ftlint rule QUAL (a family)",
    )
    parser.add_argument("rules", nargs="*", metavar="CODE|NAME", help="a code, a name, or the start of codes")
    parser.add_argument("--all", action="store_true", help="every rule there is, a line each")
    parser.add_argument("--output-format", choices=("text", "json"), default="text", help="text or json")
    parser.set_defaults(run=run)


def run(args: Namespace) -> int:
    from ftlint.model import FtlintError
    from ftlint.registry import find, rules

    known = rules()
    if not args.rules and not args.all:
        raise FtlintError("which rule? Name one (ftlint rule LEAK001) or list them (ftlint rule --all)")
    chosen: dict[str, RuleClass] = dict(known) if args.all else {}
    for text in args.rules:
        family = {code: rule for code, rule in known.items() if text and code.startswith(text.upper())}
        chosen |= family or {(rule := find(text)).code: rule}
    if args.output_format == "json":
        found = [described(rule) for rule in chosen.values()]
        print(json.dumps(found[0] if len(args.rules) == len(found) == 1 else found, indent=2))
    elif len(chosen) > len(args.rules):
        print(listed(chosen), end="")
    else:
        print("\n\n".join(page(rule) for rule in chosen.values()))
    return 0


def page(rule: RuleClass) -> str:
    """A rule's page for a terminal."""
    from ftlint.settings.options import options_of

    title, _, body = cleandoc(rule.__doc__ or "").partition("\n")
    fix = {
        "": "none",
        "safe": "safe: it keeps the meaning of every row",
        "unsafe": "unsafe: a person decides",
    }
    facts = {
        "severity": rule.severity.label,
        "default": "on" if rule.default else f"off: --extend-select {rule.code}",
        "fix": fix[rule.fixable],
        **({"silences": f"{', '.join(rule.covers)}, where both tell of one place"} if rule.covers else {}),
        **({"needs": f"pip install 'ftlint[{rule.extra}]'"} if rule.extra else {}),
    }
    parts = [
        f"{rule.code} {rule.name}",
        title,
        "\n".join(f"{key:<9} {value}" for key, value in facts.items()),
    ]
    if body.strip():
        parts.append(body.strip())
    options = options_of(rule)
    if options:
        lines = ["## Options", f"In ftlint.toml, under [rules.{rule.name}]:", ""]
        for option in options:
            lines.append(f"  {option.name} = {json.dumps(option.default)}")
            lines.append(f"      {option.expected}{f': {option.doc}' if option.doc else ''}")
        parts.append("\n".join(lines))
    parts += [
        f"## Example of what is {word}\n{example}"
        for word, examples in (("found", rule.bad), ("not found", rule.good))
        for example in [_shown(examples)]
        if example
    ]
    return "\n\n".join(parts)


def listed(rules: Mapping[str, RuleClass]) -> str:
    """A line for each rule: code, name, severity, what is wrong."""
    code = max((len(rule.code) for rule in rules.values()), default=0)
    name = max((len(rule.name) for rule in rules.values()), default=0)
    lines = []
    for rule in rules.values():
        title = cleandoc(rule.__doc__ or "").partition("\n")[0]
        severity = rule.severity.label if rule.default else "off"
        lines.append(f"{rule.code:<{code}}  {rule.name:<{name}}  {severity:<7}  {title}".rstrip())
    return "".join(f"{line}\n" for line in lines)


def described(rule: RuleClass) -> dict[str, Any]:
    """A rule as JSON."""
    from ftlint.settings.options import options_of
    from ftlint.settings.schema import option_schema

    title, _, body = cleandoc(rule.__doc__ or "").partition("\n")
    return {
        "code": rule.code,
        "name": rule.name,
        "summary": title,
        "explanation": body.strip(),
        "severity": rule.severity.label,
        "default": rule.default,
        "fix": rule.fixable or None,
        "extra": rule.extra or None,
        "help": rule.help,
        "options": {option.name: option_schema(option) for option in options_of(rule)},
        "examples": {
            "bad": [text for example in rule.bad if (text := _text(example))],
            "good": [text for example in rule.good if (text := _text(example))],
        },
    }


def _shown(examples: Sequence[Example]) -> str:
    """The first example that can be printed, its first rows, cut to the width of a page."""
    for example in examples:
        text = _text(example)
        if text:
            lines = text.splitlines()
            more = [f"  … {len(lines) - SHOWN} more lines"] if len(lines) > SHOWN else []
            cut = [f"  {line if len(line) <= WIDE else line[: WIDE - 1] + '…'}" for line in lines[:SHOWN]]
            note = [f"  ({example.note})"] if example.note else []
            return "\n".join([*note, *cut, *more])
    return ""


def _text(example: Example) -> str:
    """An example as text, files and splits under their names; "" where it is bytes that no one can read."""
    if example.splits is not None:
        parts = [f"{split}.jsonl\n{_rows(rows)}" for split, rows in example.splits.items()]
        return "\n".join(parts)
    if example.files is not None:
        texts = {name: _readable(content) for name, content in example.files.items()}
        return "\n".join(f"{name}\n{text}" for name, text in texts.items() if text)
    if isinstance(example.data, bytes | str):
        return _readable(example.data)
    return _rows(example.data or ())


def _rows(rows: Sequence[Any] | bytes | str) -> str:
    if isinstance(rows, bytes | str):
        return _readable(rows)
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)


def _readable(content: bytes | str) -> str:
    if isinstance(content, bytes):
        try:
            content = content.decode()
        except UnicodeDecodeError:
            return ""
    return "".join(
        char if char.isprintable() or char == "\n" else char.encode("unicode_escape").decode()
        for char in content
    )
