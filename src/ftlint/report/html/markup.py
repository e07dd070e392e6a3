"""HTML as strings: what is text is escaped, and cannot move, hide or reorder what stands around it."""

from __future__ import annotations

from html import escape

from ftlint.detect.mask import visible


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


Child = str | None
"""A child of an element: `Markup` as it is, other text escaped, None for nothing."""


def text(value: str) -> Markup:
    """Text on one line, control and bidirectional characters made visible."""
    return value if isinstance(value, Markup) else Markup(escape(visible(value)))


def join(*children: Child, by: str = "") -> Markup:
    return Markup(by.join(text(child) for child in children if child is not None))


def el(tag: str, *children: Child, **attributes: str | int | bool | None) -> Markup:
    """An element. `data_rule` is written `data-rule`, `class_` `class`; None and False are not written."""
    written = []
    for name, value in attributes.items():
        if value is None or value is False:
            continue
        key = name.rstrip("_").replace("_", "-")
        written.append(f" {key}" if value is True else f' {key}="{escape(visible(str(value)))}"')
    inner = join(*children)
    if not inner and tag in VOID:
        return Markup(f"<{tag}{''.join(written)}>")
    return Markup(f"<{tag}{''.join(written)}>{inner}</{tag}>")


VOID = frozenset({"input", "br", "hr", "col"})


def section(name: str, title: str, *children: Child, lead: Child = None) -> Markup:
    """A landmark of the page, named by its heading."""
    head = el("h2", title, id=f"{name}-title")
    told = el("p", lead, class_="lead") if lead else None
    return el("section", head, told, *children, id=name, aria_labelledby=f"{name}-title")
