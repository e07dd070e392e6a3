"""What the browser of findings is filtered by. It works with the script alone and is hidden without."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ftlint.model.report import FileSummary
from ftlint.report.html.gather import SEVERITIES, Gathered
from ftlint.report.html.markup import Markup, el
from ftlint.report.html.samples import badge, cut

HEADS = ("Severity", "Rule", "Place", "Finding")
"""The columns of the browser, by each of which it can be sorted."""


def toolbar(
    gathered: Sequence[Gathered],
    codes: Mapping[str, str],
    paths: Sequence[str],
    known: Mapping[str, FileSummary],
) -> Markup:
    """Values of the choices are places in the lists that the script reads."""
    by_code = sorted((f"{code} {name}", str(index)) for index, (code, name) in enumerate(codes.items()))
    by_path = [(cut(path, 90) or "the project", str(index)) for index, path in enumerate(paths)]
    splits = dict.fromkeys(known[path].split for path in paths if path in known and known[path].split)
    by_head = [(name.lower(), str(index)) for index, name in enumerate(HEADS)]
    search = el(
        "input", type="search", id="search", autocomplete="off", spellcheck="false", aria_keyshortcuts="/"
    )
    return el(
        "form",
        el("div", el("label", "Search", for_="search"), search, class_="field wide"),
        el("fieldset", el("legend", "Severity"), *_severities(gathered), class_="field"),
        _choice("rule", "Rule", by_code),
        _choice("file", "File", by_path),
        _choice("split", "Split", [(split, split) for split in splits]) if len(splits) > 1 else None,
        _choice("fix", "Fix", [("safe", "1"), ("unsafe", "2"), ("none", "0")]),
        _choice("sort", "Sort by", by_head, "as reported"),
        el("button", "Clear", type="reset"),
        el("output", id="matching", aria_live="polite"),
        class_="toolbar scripted",
        id="filters",
        role="search",
        aria_label="Filter the findings",
    )


def _severities(gathered: Sequence[Gathered]) -> list[Markup]:
    levels = [each for each in SEVERITIES if any(one.group.severity is each for one in gathered)]
    return [
        el(
            "label",
            el("input", type="checkbox", name="severity", value=SEVERITIES.index(each), checked=True),
            " ",
            badge(each),
        )
        for each in levels
    ]


def _choice(name: str, label: str, options: Sequence[tuple[str, str]], every: str = "all") -> Markup:
    """A labelled choice among words, each with its value; at first it is `every`, without one."""
    listed = [el("option", words, value=value) for words, value in [(every, ""), *options]]
    return el(
        "div",
        el("label", label, for_=name),
        el("select", *listed, id=name, name=name),
        class_=f"field by-{name}",
    )
