"""A rule's page in markdown, as `docs/rules` has it, for a hover and for a link."""

from __future__ import annotations

import json
import os
from inspect import cleandoc
from pathlib import Path
from typing import Any

from ftlint import __version__
from ftlint.rule import Rule

FIXES = {"": "none", "safe": "safe: keeps the meaning of every row", "unsafe": "unsafe: a person decides"}


def title(rule: type[Rule[Any]]) -> str:
    return cleandoc(rule.__doc__ or "").partition("\n")[0]


def page(rule: type[Rule[Any]]) -> str:
    from ftlint.settings.options import options_of

    body = cleandoc(rule.__doc__ or "").partition("\n")[2].strip()
    default = "on" if rule.default else f'off (`extend-select = ["{rule.code}"]`)'
    facts = f"{rule.severity.label}, {default} by default · fix: {FIXES[rule.fixable]}"
    parts = [f"# {rule.code} {rule.name}", title(rule), facts, body]
    options = options_of(rule)
    if options:
        rows = "\n".join(
            f"- `{option.name} = {json.dumps(option.default)}` ({option.expected}){_said(option.doc)}"
            for option in options
        )
        parts.append(f"## Options\n\nUnder `[rules.{rule.name}]` in `ftlint.toml`:\n\n{rows}")
    return "\n\n".join(part for part in parts if part) + "\n"


def _said(doc: str) -> str:
    return f": {doc}" if doc else ""


def kept(code: str, text: str) -> str:
    """The address of the page as a file of the user's cache, written if need be; "" where it cannot be."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    file = Path(cache, "ftlint", "rule-pages", __version__, f"{code}.md")
    try:
        if not file.exists() or file.read_text("utf-8") != text:
            file.parent.mkdir(parents=True, exist_ok=True)
            staged = file.with_suffix(f".{os.getpid()}")
            staged.write_text(text, "utf-8")
            staged.replace(file)
    except OSError:
        return ""
    return file.absolute().as_uri()
