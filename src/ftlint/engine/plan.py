"""What a scan needs to know, settled before any shard is cut: rules by subject, format, target."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from ftlint.model import (
    Dataset,
    Evidence,
    Fault,
    Format,
    FtlintError,
    Match,
    Project,
    Record,
    RunLog,
    Shape,
    Source,
    Span,
    Training,
    TrainingConfig,
)
from ftlint.model.prior import Prior
from ftlint.read.documents import Documents
from ftlint.rule import SUBJECTS, Measure, Rule

if TYPE_CHECKING:
    from ftlint.detect.near.sketches import Sketches
    from ftlint.detect.sensitive import Wanted
    from ftlint.engine.sensitive import Sensitive


class FilePlan(NamedTuple):
    """One file to scan: where it is and what it belongs to."""

    source: Source
    format: Format | None = None
    dataset: str = ""
    split: str = "train"
    evidence: Evidence = "lone"
    target: str = ""
    max_length: int | None = None
    schema: str = ""
    ignore_field: str = ""
    partial: bool = False
    doubt: str = ""
    group: tuple[str, ...] = ()
    benchmark: tuple[str, ...] = ()
    """The globs of benchmark files, as in the settings."""
    prior: Prior = Prior()
    document: bool = False
    """Whether it is no data but a config, a log or code: only looked through for secrets."""

    counters: tuple[str, ...] = ()
    """For a file that trainings use: what its tokens are counted with, "" for an estimate."""

    deaf: bool = False
    """Whether comments in a document that ignore rules are not listened to: an approval asks for reasons."""

    @property
    def path(self) -> str:
        return self.source.path


class RuleSet:
    """The rules of a run, sorted by what wakes them."""

    def __init__(self, rules: Sequence[Rule[Any]], wanted: "Wanted | None" = None) -> None:
        self.rules = tuple(sorted(rules, key=lambda rule: rule.code))
        self.wanted = wanted
        self.span = self._of(Span)
        self.shape = self._of(Shape)
        self.record = self._of(Record)
        self.match = self._of(Match)
        self.dataset = self._of(Dataset)
        self.config = self._of(TrainingConfig)
        self.log = self._of(RunLog)
        self.training = self._of(Training)
        self.project = self._of(Project)
        self.judged: dict[Any, Any] = {}
        self.fault: dict[str, list[Rule[Fault]]] = {}
        for rule in self._of(Fault):
            for kind in rule.kinds:
                self.fault.setdefault(kind, []).append(rule)
        for rule in self.rules:
            if rule.subject not in SUBJECTS:
                names = ", ".join(subject.__name__ for subject in SUBJECTS)
                raise FtlintError(f"{rule.code} {rule.name}: a rule's subject is one of {names}")

    def __reduce__(self) -> tuple[Any, ...]:
        """Rules travel; compiled patterns and remembered structures do not."""
        return RuleSet, (self.rules, self.wanted)

    def looking_for(self, wanted: "Wanted | None") -> "RuleSet":
        """The same rules, with what their spans are found by."""
        return RuleSet(self.rules, wanted)

    @property
    def reads_documents(self) -> Documents:
        """Which files beside the data are looked into: all for secrets, configs and scripts for configs."""
        if any(rule.documents for rule in self.span):
            return "all"
        return "configs" if self.reads_configs else ""

    @property
    def reads_configs(self) -> bool:
        """Whether training configs among them are read: rules of logs ask for the config of a run, too."""
        asking = (rule.documents for rule in (*self.dataset, *self.project))
        return bool(self.config or self.log or self.training) or any(asking)

    @cached_property
    def sensitive(self) -> "Sensitive | None":
        """What personal data and secrets are found by; None where no rule asks, or none can be found."""
        if self.wanted is None or not (self.wanted.kinds or self.wanted.secrets):
            return None
        from ftlint.engine.sensitive import Sensitive

        by_kind: dict[str, list[Rule[Span]]] = {}
        for rule in self.span:
            for kind in rule.kinds:
                by_kind.setdefault(kind, []).append(rule)
        return Sensitive(self.wanted, by_kind)

    def _of(self, subject: type) -> list[Rule[Any]]:
        return [rule for rule in self.rules if getattr(rule, "subject", None) is subject]

    @cached_property
    def measures(self) -> list[type[Measure]]:
        """Every measure some rule needs, each once, in a fixed order."""
        return _measures(self.rules)

    @cached_property
    def data_measures(self) -> list[type[Measure]]:
        """Those of `measures` that are needed of a file that no training uses."""
        return _measures([rule for rule in self.rules if rule.subject is not Training])

    def measures_of(self, plan: FilePlan) -> list[type[Measure]]:
        """What is measured of a file: for rules of trainings only where a training uses it."""
        return self.measures if plan.counters else self.data_measures

    @cached_property
    def priors(self) -> frozenset[str]:
        """What of `Prior` some measure reads, by field name."""
        return frozenset(name for measure in self.measures for name in measure.priors)

    @cached_property
    def sketches(self) -> "Mapping[type[Sketches], tuple[float, ...]]":
        """The measures that near rows are found by, each with the similarities that rules ask for."""
        from ftlint.detect.near.sketches import Sketches

        kinds = {kind.view: kind for kind in self.measures if issubclass(kind, Sketches)}
        asked = {pair for rule in self.rules for pair in rule.compared().items()}
        return {
            kind: tuple(sorted(similarity for name, similarity in asked if name == view))
            for view, kind in sorted(kinds.items())
        }

    @cached_property
    def by_code(self) -> Mapping[str, Rule[Any]]:
        return {rule.code: rule for rule in self.rules}

    @cached_property
    def patterns(self) -> "Patterns":
        return Patterns(self.match)


def _measures(rules: Sequence[Rule[Any]]) -> list[type[Measure]]:
    needed = {measure for rule in rules for measure in rule.measures()}
    return sorted(needed, key=lambda measure: (measure.__module__, measure.__qualname__))


@dataclass(slots=True)
class Patterns:
    """The joined pattern that marks texts; then which rules did, and each rule's own pattern."""

    rules: Sequence[Rule[Match]]
    joined: Any = None
    own: dict[str, Any] = field(default_factory=dict)
    which: Any = None

    def __reduce__(self) -> tuple[Any, ...]:
        """What RE2 has compiled stays here; it is compiled again where it is needed."""
        return Patterns, (self.rules,)

    @property
    def marks(self) -> list[str]:
        return [rule.mark or rule.pattern for rule in self.rules]

    def compile(self) -> None:
        """Compile the joined pattern. Raises `FtlintError` for a pattern that is not RE2."""
        import re2

        try:
            self.joined = re2.compile("|".join(f"(?:{mark})" for mark in self.marks).encode(), _options())
        except re2.error:
            self.compile_own()
            raise

    def compile_own(self) -> None:
        """Compile what runs on marked texts alone."""
        import re2

        self.which = re2.Set.SearchSet(_options())
        for rule, mark in zip(self.rules, self.marks, strict=True):
            try:
                self.own[rule.code] = re2.compile(rule.pattern, _options())
                self.which.Add(mark)
            except re2.error as error:
                raise FtlintError(f"{rule.code} {rule.name}: not an RE2 pattern: {error}") from None
        self.which.Compile()


def _options() -> Any:
    import re2

    options = re2.Options()
    options.never_capture = True
    options.max_mem = 256 << 20
    options.log_errors = False
    return options
