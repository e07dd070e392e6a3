"""Writes what is generated from the code: rule pages, the catalogue, the schemas.

python docs/generate.py            write
python docs/generate.py --check    fail when something is stale
"""

import argparse
import json
import sys
from inspect import cleandoc
from pathlib import Path
from typing import Any

from ftlint.evaluate.forms import eval_schema
from ftlint.gate.lock import lock_schema
from ftlint.read.baseline import baseline_schema
from ftlint.registry import rules
from ftlint.rule import Rule
from ftlint.settings.options import options_of
from ftlint.settings.schema import published

ROOT = Path(__file__).parent.parent

FAMILIES = {
    "FMT": "bytes, container, parse",
    "CHAT": "record structure, roles, tools, weights",
    "LIM": "provider limits and retirement",
    "TOK": "lengths, truncation, special tokens",
    "SPLIT": "sizes, ratios, strata",
    "DUP": "duplicates, conflicting answers",
    "LEAK": "across splits, groups and benchmarks",
    "QUAL": "text quality",
    "PII": "personal data",
    "SEC": "secrets and injection",
    "CFG": "a training config alone",
    "FIT": "config against data, model, hardware, serving, baseline",
    "RUN": "training logs",
}

FIXES = {
    "": "none",
    "safe": "safe, with `--fix`: keeps the meaning of every row",
    "unsafe": "unsafe, with `--fix --unsafe-fixes`: a person decides",
}


def page(rule: type[Rule[Any]]) -> str:
    """A rule's page: its docstring between its head and its options."""
    title, _, body = cleandoc(rule.__doc__ or "").partition("\n")
    facts = [
        ("Severity", rule.severity.label),
        ("On by default", "yes" if rule.default else f"no: `--extend-select {rule.code}`"),
        ("Fix", FIXES[rule.fixable]),
        ("Source", f"[{source(rule)}](../../{source(rule)})"),
    ]
    if rule.covers:
        links = ", ".join(f"[{code}]({code}.md)" for code in rule.covers)
        facts.insert(3, ("Silences", f"{links}, where both tell of one place and it is no worse"))
    head = "\n".join(f"| {key} | {value} |" for key, value in facts)
    parts = [f"# {rule.code} {rule.name}", title, f"| | |\n|---|---|\n{head}", body.strip()]
    options = options_of(rule)
    if options:
        rows = "\n".join(
            f"| `{option.name}` | {option.type_name} | `{json.dumps(option.default)}` | {option.doc} |"
            for option in options
        )
        parts.append(
            f"## Options\n\nIn `ftlint.toml`, under `[rules.{rule.name}]`:\n\n"
            f"| option | type | default | meaning |\n|---|---|---|---|\n{rows}"
        )
    return "\n\n".join(part for part in parts if part) + "\n"


def source(rule: type[Rule[Any]]) -> str:
    return f"rules/{rule.__module__.replace('.', '/')}.py"


def catalogue(known: dict[str, type[Rule[Any]]]) -> str:
    lines = [
        "# Rules",
        "",
        f"{len(known)} rules; one file each, below `ftlint_rules/`. This page is generated (`make docs`).",
    ]
    for prefix, subject in FAMILIES.items():
        family = [rule for code, rule in known.items() if code.rstrip("0123456789") == prefix]
        lines += [
            "",
            f"## {prefix}: {subject}",
            "",
            "| code | name | fault | severity | fix |",
            "|---|---|---|---|---|",
        ]
        for rule in family:
            title = cleandoc(rule.__doc__ or "").partition("\n")[0].rstrip(".").replace("|", "\\|")
            severity = rule.severity.label if rule.default else f"{rule.severity.label}, off"
            link = f"[{rule.code}](../docs/rules/{rule.code}.md)"
            lines.append(f"| {link} | `{rule.name}` | {title} | {severity} | {rule.fixable or ''} |")
    return "\n".join(lines) + "\n"


def config_fields() -> str:
    """The canonical fields of training configs, and how each dialect that can be read spells them."""
    from ftlint.dialects.detect import dialects
    from ftlint.model.config_fields import FIELDS

    known = [dialect for dialect in dialects().values() if dialect.name != "ftlint"]
    lines = [
        "# Canonical fields of a training config",
        "",
        "What `ftlint config explain` prints, and what every dialect is mapped to. This page is generated",
        "(`make docs`).",
        "",
        "| field | kind | meaning |",
        "|---|---|---|",
    ]
    for name, spec in FIELDS.items():
        choices = f": {', '.join(spec.choices)}" if spec.choices else ""
        lines.append(f"| `{name}` | {spec.kind} | {spec.doc}{choices} |")
    lines += ["", "## Dialects", "", "| dialect | name | loader | package |", "|---|---|---|---|"]
    lines += [
        f"| `{dialect.name}` | {dialect.title} | {dialect.loader} | {dialect.package or '-'} |"
        for dialect in known
    ]
    lines += ["", "## Spelling", ""]
    for name in FIELDS:
        spelled = [
            f"`{dialect.spelling[name]}` ({dialect.name})" for dialect in known if name in dialect.spelling
        ]
        if spelled:
            lines.append(f"- `{name}`: {', '.join(spelled)}")
    return "\n".join(lines) + "\n"


def generated() -> dict[Path, str]:
    """Every generated file and what it ought to hold."""
    known = {code: rule for code, rule in rules().items() if rule.__module__.startswith("ftlint_rules.")}
    files = {ROOT / "docs" / "rules" / f"{code}.md": page(rule) for code, rule in known.items()}
    files[ROOT / "rules" / "README.md"] = catalogue(known)
    files[ROOT / "docs" / "config-fields.md"] = config_fields()
    schema = json.dumps(published(list(known.values())), indent=2) + "\n"
    files[ROOT / "src" / "ftlint" / "settings" / "schema.json"] = schema
    baseline = ROOT / "src" / "ftlint" / "read" / "baseline.schema.json"
    files[baseline] = json.dumps(baseline_schema(), indent=2) + "\n"
    lock = ROOT / "src" / "ftlint" / "gate" / "lock.schema.json"
    files[lock] = json.dumps(lock_schema(), indent=2) + "\n"
    result = ROOT / "src" / "ftlint" / "evaluate" / "eval.schema.json"
    files[result] = json.dumps(eval_schema(), indent=2) + "\n"
    return files


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail when something is stale")
    check = parser.parse_args().check
    files = generated()
    written = {path: path.read_text() if path.exists() else None for path in files}
    left = set((ROOT / "docs" / "rules").glob("*.md")) - set(files)
    stale = [path for path, text in files.items() if written[path] != text] + sorted(left)
    for path in stale:
        name = path.relative_to(ROOT)
        if check:
            print(f"stale: {name} (make docs)", file=sys.stderr)
        elif path in left:
            path.unlink()
            print(f"removed {name}")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(files[path])
            print(f"wrote {name}")
    return int(check and bool(stale))


if __name__ == "__main__":
    sys.exit(main())
