"""One pass over one shard: every fault, shape, match and record rule, and every measure that is needed."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial as bound
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from ftlint.engine.columns import Key, Reader, learning_view, reader
from ftlint.engine.hashing import content_hashes
from ftlint.engine.partial import Partial, Verdict
from ftlint.engine.plan import FilePlan, RuleSet
from ftlint.engine.shapes import key_count, masked, shape_key
from ftlint.engine.texts import marked_rows, matches
from ftlint.model import Batch, Fault, Finding, Format, FtlintError, MissingExtraError, Record, Shape, Span
from ftlint.read.block import Block
from ftlint.read.records import PER_FILE, blocks
from ftlint.rule import Rule

if TYPE_CHECKING:
    from ftlint.engine.sensitive import Sensitive

T = TypeVar("T")

MOST_SHAPES = 20_000
"""Structures remembered at once; past that the memory starts anew, at the cost of judging some twice."""


class Judged(NamedTuple):
    """What the rules say of a structure, whatever file it stands in."""

    shape: Shape
    keys: int
    findings: list[tuple[Rule[Shape], Finding]]
    wakes: list[Rule[Record]]


LONGEST_UNREAD = 1 << 20
"""As much of a row that could not be read is read again for the report: one may be a GiB long."""


class Structure:
    """A structure met in this shard: what holds for its rows."""

    __slots__ = ("keys", "quiet", "shape", "verdicts", "wakes")

    def __init__(self, shape: Shape, keys: int, verdicts: list[Verdict], wakes: list[Rule[Record]]) -> None:
        self.shape = shape
        self.keys = keys
        self.verdicts = verdicts
        self.wakes = wakes
        self.quiet = not verdicts and not wakes


class Scan:
    """The state of one shard's pass."""

    def __init__(self, plan: FilePlan, rules: RuleSet) -> None:
        self.plan = plan
        self.rules = rules
        self.partial = Partial()
        self.structures: dict[Key, Structure] = {}
        self.fast: Reader | None = reader(plan.format) if plan.format else None
        self.schema = _row_schema(plan.schema) if plan.schema else None
        if plan.format:
            self.partial.measures = {kind: kind() for kind in rules.measures_of(plan)}

    def run(self, start: int, end: int | None) -> Partial:
        for block in blocks(self.plan.source, start, end):
            self.faults(block.faults)
            if len(block.data):
                self.block(block)
            self.partial.rows = block.end_row
            self.partial.lines = block.end_line
        self.partial.bytes = (end or self.plan.source.size) - start
        return self.partial

    def faults(self, faults: Iterable[Fault]) -> None:
        for fault in faults:
            if fault.kind == "missing-extra":
                told = f"{self.plan.path}: needs an extra: pip install 'ftlint[{fault.detail}]'"
                self.partial.missing.append(("", told))
            elif fault.kind in PER_FILE:
                self.partial.tally(fault)
                continue
            if fault.row is not None and fault.line is not None:
                known = self.partial.places.place(fault.row) if fault.row < len(self.partial.places) else None
                if known is None and not fault.recovered:
                    offset, length = fault.row_span or (fault.offset, fault.length)
                    self.partial.places.put(fault.row, offset, min(length, LONGEST_UNREAD), fault.line)
            self.fault(fault)

    def fault(self, fault: Fault) -> None:
        for rule in self.rules.fault.get(fault.kind, ()):
            for finding in self.checked(rule, fault, fault.row):
                self.partial.findings[rule.code].append(_at_fault(finding, fault))

    def block(self, block: Block) -> None:
        self.locate(block)
        self.partial.records += len(block.data)
        if self.plan.ignore_field:
            self.ignored(block)
        if self.schema is not None:
            for row, data, offset in zip(block.rows, block.data, block.offsets, strict=True):
                self.faults(self.schema.faults(data, row, offset))
        if self.plan.format is None:
            if self.rules.sensitive is not None:
                self.unknown(self.rules.sensitive, block)
            return
        structures, batch, scanned = self.columns(block, self.plan.format)
        self.repeated_keys(block, structures)
        for measure in self.partial.measures.values():
            measure.add(batch)
        for row, data, structure in zip(block.rows, block.data, structures, strict=True):
            if not structure.quiet:
                self.judge(structure, row, data)
        if self.rules.match:
            self.match(block, structures, scanned)
        if self.rules.sensitive is not None:
            self.spans(self.rules.sensitive, block, structures, batch.odd, scanned)

    def columns(self, block: Block, format: Format) -> tuple[list[Structure], Batch, list[str]]:
        fast, known = self.fast, self.structures
        structures: list[Structure] = []
        prompts: list[str] = []
        targets: list[str] = []
        systems: list[str] = []
        scanned: list[str] = []
        odd: list[int] = []
        for data in block.data:
            row = fast(data) if fast is not None else None
            if row is None:
                odd.append(len(structures))
                stand_ins = masked(data)
                key = shape_key(stand_ins)
                structure = known.get(key) or self.structure(key, data, format)
                prompt, target, system, text = learning_view(Record(data, structure.shape.format))
            else:
                key, prompt, target, system, text = row
                structure = known.get(key) or self.structure(key, data, format)
            structures.append(structure)
            prompts.append(prompt)
            targets.append(target)
            systems.append(system)
            scanned.append(text)
        batch = Batch(
            format,
            block.rows,
            block.data,
            prompts,
            targets,
            systems,
            block.sizes,
            content_hashes,
            odd,
            self.plan.prior,
        )
        return structures, batch, scanned

    def structure(self, key: Key, data: dict[str, Any], format: Format) -> Structure:
        if len(self.structures) >= MOST_SHAPES:
            self.structures.clear()
        judged = self.judged(key, data, format)
        verdicts = [self.verdict(rule, finding) for rule, finding in judged.findings]
        structure = Structure(judged.shape, judged.keys, verdicts, judged.wakes)
        self.structures[key] = structure
        return structure

    def judged(self, key: Key, data: dict[str, Any], format: Format) -> Judged:
        """What the rules say of a structure; kept for other files of the format, unless a rule broke."""
        kept: dict[Any, Judged] = self.rules.judged
        known = kept.get((format, self.plan.target, key))
        if known is not None:
            return known
        from ftlint.formats import best

        stand_ins = masked(data)
        shape = Shape(stand_ins, best(stand_ins, format) or format, format, self.plan.path, self.plan.target)
        broken = len(self.partial.failures) + len(self.partial.missing)
        findings = [
            (rule, finding) for rule in self.rules.shape for finding in self.checked(rule, shape, None)
        ]
        wakes = [rule for rule in self.rules.record if self.guarded(rule, None, bound(_awake, rule, shape))]
        judged = Judged(shape, key_count(data), findings, wakes)
        if broken == len(self.partial.failures) + len(self.partial.missing):
            if len(kept) >= MOST_SHAPES:
                kept.clear()
            kept[format, self.plan.target, key] = judged
        return judged

    def verdict(self, rule: Rule[Any], finding: Finding) -> Verdict:
        key = f"{rule.code} {finding!r}"
        return self.partial.verdicts.setdefault(key, Verdict(rule.code, finding))

    def judge(self, structure: Structure, row: int, data: dict[str, Any]) -> None:
        for verdict in structure.verdicts:
            verdict.rows.append(row)
        if structure.wakes:
            record = self.record(structure, row, data)
            for rule in structure.wakes:
                for finding in self.checked(rule, record, row):
                    self.partial.findings[rule.code].append(finding._replace(row=row))

    def record(self, structure: Structure, row: int, data: dict[str, Any]) -> Record:
        plan = self.plan
        return Record(data, structure.shape.format, row, plan.path, plan.target, plan.max_length)

    def match(self, block: Block, structures: list[Structure], scanned: list[str]) -> None:
        patterns = self.rules.patterns
        if patterns.joined is None:
            patterns.compile()
        for position, codes in marked_rows(patterns, scanned):
            row = block.rows[position]
            record = self.record(structures[position], row, block.data[position])
            for code in codes:
                rule = self.rules.by_code[code]
                for finding in self.guarded(rule, row, bound(matches, patterns, rule, record)):
                    self.partial.findings[rule.code].append(finding)

    def spans(
        self,
        sensitive: "Sensitive",
        block: Block,
        structures: list[Structure],
        odd: Sequence[int],
        scanned: list[str],
    ) -> None:
        """Personal data and secrets of a block of records."""
        assert self.plan.format is not None
        for position in sensitive.marked(sensitive.all_text(self.plan.format, block.data, scanned, odd)):
            data, row = block.data[position], block.rows[position]
            self.tell(sensitive, self.record(structures[position], row, data))

    def unknown(self, sensitive: "Sensitive", block: Block) -> None:
        """The same of records of no known format: what they hold can be private all the same."""
        from ftlint.formats import by_name

        plain = by_name("text")
        for position in sensitive.marked(sensitive.every_text(block.data)):
            row = block.rows[position]
            self.tell(sensitive, Record(block.data[position], plain, row, self.plan.path, self.plan.target))

    def tell(self, sensitive: "Sensitive", record: Record) -> None:
        """What stands in a record: found once, told by every rule of its kind."""
        for span in self.sought(record.row, bound(sensitive.spans, record)):
            for rule in sensitive.rules_of(span):
                for finding in self.guarded(rule, record.row, bound(sensitive.findings, rule, span)):
                    self.partial.findings[rule.code].append(finding._replace(row=record.row))

    def sought(self, row: int | None, work: Callable[[], Iterable[Span]]) -> list[Span]:
        """What detectors find. One that breaks is a failure of the run, not of a rule; told once per file."""
        try:
            return list(work())
        except Exception as error:  # a model or a recognizer of the user's may raise anything
            line = self.partial.places.line(row) if row is not None else None
            told = (
                str(error) if isinstance(error, FtlintError) else f"{type(error).__name__}{raised_at(error)}"
            )
            failure = f"could not look for personal data and secrets: {told}"
            if all(code or message != failure for code, _, _, message in self.partial.failures):
                self.partial.failures.append(("", self.plan.path, line, failure))
            return []

    def checked(self, rule: Rule[Any], subject: Any, row: int | None) -> Iterator[Finding]:
        yield from self.guarded(rule, row, bound(rule.check, subject))

    def guarded(self, rule: Rule[Any], row: int | None, work: Callable[[], Iterable[T]]) -> list[T]:
        """A rule's findings; one that raises becomes a failure of the run, told once per rule and file."""
        try:
            return list(work())
        except MissingExtraError as error:
            if (rule.code, error.message) not in self.partial.missing:
                self.partial.missing.append((rule.code, error.message))
            return []
        except Exception as error:  # a rule is a plugin: whatever it raises must not end the run
            line = self.partial.places.line(row) if row is not None else None
            if all(code != rule.code for code, *_ in self.partial.failures):
                self.partial.failures.append((rule.code, self.plan.path, line, told_of(error)))
            return []

    def locate(self, block: Block) -> None:
        places = self.partial.places
        first = block.rows[0]
        consecutive = block.rows[-1] - first + 1 == len(block.rows) and first == len(places)
        if consecutive:
            places.put_run(first, block.offsets, block.sizes, block.lines)
            return
        for row, offset, size, line in zip(block.rows, block.offsets, block.sizes, block.lines, strict=True):
            places.put(row, offset, size, line)

    def ignored(self, block: Block) -> None:
        field_name = self.plan.ignore_field
        for row, data in zip(block.rows, block.data, strict=True):
            codes = data.get(field_name)
            if codes:
                from ftlint.engine.suppress import ignored_codes

                self.partial.ignored[row] = tuple(sorted(ignored_codes(data, field_name)))

    def repeated_keys(self, block: Block, structures: list[Structure]) -> None:
        """Keys written twice vanish on decoding: fewer keys decoded than written gives them away."""
        if block.key_marks == sum([structure.keys for structure in structures]) or not block.raw:
            return
        from ftlint.read.records import duplicate_keys

        columns = zip(block.rows, block.data, block.raw, block.offsets, block.lines, strict=True)
        for row, data, raw, offset, line in columns:
            if raw.count(b'":') - raw.count(b'\\":') != key_count(data):
                self.faults(duplicate_keys(raw, self.plan.path, row, offset, line))


def _awake(rule: Rule[Record], shape: Shape) -> Iterator[bool]:
    if rule.wakes(shape):
        yield True


def _row_schema(file: str) -> Any:
    from ftlint.formats.schema import row_schema

    return row_schema(file)


def _at_fault(finding: Finding, fault: Fault) -> Finding:
    """The finding at its fault's place, where the rule gave none of its own."""
    return finding._replace(
        row=fault.row if finding.row is None else finding.row,
        line=fault.line if finding.line is None else finding.line,
        column=fault.column if finding.column is None else finding.column,
        end_column=fault.end_column if finding.end_column is None else finding.end_column,
        offset=fault.offset if finding.offset is None else finding.offset,
        pointer=finding.pointer or fault.pointer,
    )


def told_of(error: Exception) -> str:
    """What broke. The text of a mistake of the user's is ours; that of any other exception may hold data."""
    if isinstance(error, FtlintError) and error.path:
        return str(error)
    return f"{type(error).__name__} in the rule{raised_at(error)}"


def raised_at(error: Exception) -> str:
    """The file and line an exception came from: its own text may hold data, so that is not told."""
    frames = []
    trace = error.__traceback__
    while trace is not None:
        frames.append(trace)
        trace = trace.tb_next
    if not frames:
        return ""
    last = frames[-1]
    return f" ({last.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{last.tb_lineno})"


def settle(plan: FilePlan, rules: RuleSet, partial: Partial) -> None:
    """Judge what is told once per file, after all its shards are together."""
    scan = Scan(plan, rules)
    scan.partial = partial
    if not partial.rows and not plan.document and plan.source.container != "none" and not partial.findings:
        partial.tally(Fault("empty-file", plan.path))
    for kind in sorted(partial.tallies):
        scan.fault(partial.tallies[kind])
    partial.tallies = {}
