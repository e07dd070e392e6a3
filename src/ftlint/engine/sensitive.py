"""Rules of spans: personal data and secrets in records, found once for all rules."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ftlint.engine.texts import RECORD_SEPARATOR, encoded, row_at, starts_of
from ftlint.model import Finding, Format, FtlintError, PlainChat, Record, Span, Text
from ftlint.rule import Rule

if TYPE_CHECKING:
    from ftlint.detect.sensitive import Finder, Wanted
    from ftlint.engine.plan import RuleSet
    from ftlint.model.privacy import PiiChoices
    from ftlint.settings import Settings

UNIT = "\x1f"


class Sensitive:
    """What a run looks for, and which rules each kind belongs to."""

    def __init__(self, wanted: Wanted, rules: Mapping[str, Sequence[Rule[Span]]]) -> None:
        from ftlint.detect.sensitive import Finder

        self.wanted = wanted
        self.rules = rules
        self.finder: Finder = Finder(wanted)
        self._gate: Any = None

    def rules_of(self, span: Span) -> Sequence[Rule[Span]]:
        """The rules that tell of a span; a kind of secret that settings declare goes with all such."""
        known = self.rules.get(span.kind)
        if known is None and span.family == "secret":
            known = self.rules.get("custom-secret")
        return known or ()

    def marked(self, texts: Sequence[str]) -> Iterator[int]:
        """Positions of the texts in which something may stand."""
        if not self.finder.gate:
            yield from range(len(texts))
            return
        if self._gate is None:
            from ftlint.detect.sensitive import ESCAPED

            self._gate = compiled(f"{self.finder.gate}|{ESCAPED}")
        buffer = RECORD_SEPARATOR.join([encoded(text) for text in texts])
        search = self._gate.search
        found = search(buffer)
        if found is None:
            return
        starts = starts_of(texts)
        position = 0
        while found is not None:
            position = row_at(starts, found.start(), position)
            last = row_at(starts, max(found.start(), found.end() - 1), position)
            yield from range(position, last + 1)
            position = last + 1
            if position >= len(texts):
                return
            found = search(buffer, starts[position])

    def may_hold_secret(self, data: bytes) -> bool:
        """Whether a secret may stand in text as it lies in a file."""
        return self.finder.secret.searched.search(data) is not None

    @staticmethod
    def all_text(
        format: Format, data: Sequence[Mapping[str, Any]], scanned: Sequence[str], odd: Sequence[int]
    ) -> list[str]:
        """All text of each record joined by U+001F, columns included that its format does not know.

        `scanned` holds what the format takes for text; of a plain chat that and the other columns are all,
        of any other plain row its columns; `odd` rows are gone through to their last leaf.
        """
        whole = list(scanned)
        chat = isinstance(format.plain, PlainChat)
        for index, row in enumerate(data):
            if len(row) > 1:
                columns = [value for value in row.values() if value.__class__ is str]
                whole[index] = UNIT.join([scanned[index], *columns, *row] if chat else [*columns, *row])
        for index in odd:
            whole[index] = UNIT.join(_texts(data[index]))
        return whole

    @staticmethod
    def every_text(data: Sequence[Mapping[str, Any]]) -> list[str]:
        """All text of records of which no format is known."""
        return [UNIT.join(_texts(row)) for row in data]

    def spans(self, record: Record) -> Iterator[Span]:
        """What stands in a record, with the text and the record it stands in.

        What stands in a key has the object for its place: the pointer to its value would tell the key.
        """
        from ftlint.detect.sensitive import names, texts

        for text in texts(record.data, record.texts):
            for span in self.finder.all_spans(text.value, text.pointer):
                yield span._replace(text=text, record=record)
        known: set[str] = set()
        for pointer, key in names(record.data):
            if key not in known:
                known.add(key)
                told = Text(pointer, key, "meta")
                for span in self.finder.spans(key, pointer):
                    yield span._replace(text=told, record=record, in_key=True)

    def findings(self, rule: Rule[Span], span: Span) -> Iterator[Finding]:
        """A rule's findings of a span, at its place where the rule names none."""
        for finding in rule.check(span):
            placed = finding if finding.pointer else finding._replace(pointer=_pointer(span))
            if placed.start is None and not span.in_key:
                placed = placed._replace(start=span.start, end=span.end)
            yield placed._replace(kind=span.kind, fingerprint=self.fingerprint(span))

    def fingerprint(self, span: Span) -> int | None:
        """Which value it is, for whoever has the project's key: 62 bits, None without a key."""
        if self.wanted.key is None:
            return None
        from ftlint.detect.keyed import fingerprint

        return fingerprint(self.wanted.key, span.kind, span.value) >> 2


def _texts(data: Mapping[str, Any]) -> Iterator[str]:
    from ftlint.detect.sensitive import leaves, names

    yield from (text for _, text in leaves(data))
    yield from (key for _, key in names(data))


def looking(rules: RuleSet, settings: Settings) -> RuleSet:
    """The rules with what their spans are found by, as far as it can be found here."""
    if not rules.span:
        return rules
    from ftlint.detect.pii import cannot_run
    from ftlint.detect.pii.kinds import KINDS
    from ftlint.detect.sensitive import Wanted

    chosen = choices(settings)
    asked = frozenset(kind for rule in rules.span for kind in rule.kinds)
    kinds = asked & KINDS.keys()
    found = rules.looking_for(
        Wanted(
            kinds - cannot_run(chosen, kinds).keys(),
            bool(asked - kinds),
            chosen,
            settings.secrets.choices(),
            key(settings),
        )
    )
    if found.sensitive is not None:
        check_choices(found.sensitive.finder, settings)
    return found


_WRITTEN = re.compile(r"\[\[?(pii|secrets)(?:\.([a-z-]+))?\]\]? ?([a-z-]*)")


def check_choices(finder: Finder, settings: Settings) -> None:
    """Raise `FtlintError`, with the file and line of the key, for what was chosen wrongly."""
    try:
        finder.check()
    except FtlintError as error:
        written = _WRITTEN.match(error.message)
        if error.path or written is None:
            raise
        table, nested, key = written.groups()
        raise FtlintError(error.message, *settings.where((table, nested or key))) from None


def choices(settings: Settings) -> PiiChoices:
    """What was chosen about personal data, its files found from anywhere."""
    chosen = settings.pii.choices()
    if chosen.recognizers_file:
        chosen = chosen._replace(recognizers_file=os.path.join(settings.root, chosen.recognizers_file))
    head, colon, folder = chosen.model.rpartition(":")
    below = os.path.join(settings.root, os.path.expanduser(folder))
    if folder and os.path.isdir(below):
        chosen = chosen._replace(model=f"{head}{colon}{below}")
    return chosen


def key(settings: Settings) -> bytes | None:
    """The project's key, None where there is none."""
    from ftlint.detect.keyed import project_key

    try:
        return project_key(settings.root, file=settings.redact.key_file, name=settings.redact.key_name)
    except FtlintError as error:
        if error.path or not settings.redact.key_name:
            raise
        raise FtlintError(error.message, *settings.where(("redact", "key-name"))) from None


def unfindable(rules: RuleSet, settings: Settings) -> Iterator[tuple[str, str]]:
    """Rules of which no kind can be found here, by code, and why."""
    if not rules.span:
        return
    from ftlint.detect.pii import cannot_run
    from ftlint.detect.pii.kinds import KINDS

    asked = frozenset(kind for rule in rules.span for kind in rule.kinds) & KINDS.keys()
    reasons = cannot_run(choices(settings), asked)
    for rule in rules.span:
        if rule.kinds and all(kind in reasons for kind in rule.kinds):
            yield rule.code, reasons[rule.kinds[0]]


def compiled(pattern: str) -> Any:
    """A gate, compiled for texts in UTF-8."""
    import re2

    options = re2.Options()
    options.never_capture = True
    options.max_mem = 64 << 20
    options.log_errors = False
    return re2.compile(pattern.encode(), options)


def _pointer(span: Span) -> str:
    return span.text.pointer if span.text is not None else ""
