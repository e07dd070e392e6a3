"""The contract of rules and measures: with `ftlint.model`, all that a rule package imports.

A rule is a class with `code`, `name`, `severity`, a docstring that is its page, `bad` and `good` examples,
and one method, `check(subject)`. What the subject is decides when the engine calls it:

| base                   | called                                                | set                       |
|------------------------|-------------------------------------------------------|---------------------------|
| `Rule[Fault]`          | for each fault of the named kinds                     | `kinds`                   |
| `Rule[Shape]`          | once per distinct record structure                    |                           |
| `Rule[Match]`          | where `pattern` is found in a text                    | `pattern`, `where`, `per` |
| `Rule[Span]`           | for each personal or secret value of the `kinds`      | `kinds`, `documents`      |
| `Rule[Record]`         | for each record whose shape `wakes` it (plain, slow)  | `wakes`                   |
| `Rule[TrainingConfig]` | for each training config                              |                           |
| `Rule[RunLog]`         | for each training run that left a log                 |                           |
| `Rule[Training]`       | for each fine-tune: config, data, serving, hardware   | `needs`                   |
| `Rule[Dataset]`        | once per dataset, after the measures it `needs`       | `needs`, `documents`      |
| `Rule[Project]`        | once                                                  | `needs`, `documents`      |

A folder of rules that look at nothing but files beside the data says so in its `__init__.py`:
`BESIDE_DATA = True`. A run without such files does not import it; one of rules of training logs alone says
`OF_LOGS = True` as well, and is not imported where there is no log.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Generic, Literal, Self, TypeVar, dataclass_transform

from ftlint.model import (
    Batch,
    Dataset,
    Fault,
    Finding,
    Match,
    Project,
    Record,
    RunLog,
    Severity,
    Shape,
    Span,
    Training,
    TrainingConfig,
)

__all__ = [
    "Between",
    "Example",
    "Measure",
    "Rule",
    "Severity",
    "chat",
    "history",
]

S = TypeVar("S")

Safety = Literal["", "safe", "unsafe"]


class Between:
    """The range of a numeric option, both ends included: `Annotated[float, Between(0, 1), "share"]`."""

    __slots__ = ("high", "low")

    def __init__(self, low: float, high: float) -> None:
        self.low = low
        self.high = high

    def __repr__(self) -> str:
        return f"{self.low} to {self.high}"


class Example:
    """A small input that proves a rule. Give one of `data`, `splits` or `files`, or a `config`, or both.

    data    records of one file, written as JSONL (`data.jsonl`); a `bytes` or `str` is the file itself
    splits  split name -> records, each written to `<split>.jsonl` and declared in settings
    files   path -> bytes or str, as they are (a `ftlint.toml` among them is the settings file)
    config  a training config: canonical fields, or the text of a file of any dialect. It is written to
            `config_name`, `config.yaml` unless given; beside data a `[[training]]` binds the two
    log     a training run as the Trainer's `log_history` (see `history`), written to
            `out/trainer_state.json`; beside a config a `[[training]]` binds the two
    settings  further lines of `ftlint.toml`, before its tables
    format, target, max_length   as in `[[dataset]]`
    options  of the rule under test
    today   the date (YYYY-MM-DD) retirement rules judge by
    """

    def __init__(
        self,
        data: Sequence[Any] | bytes | str | None = None,
        *,
        splits: Mapping[str, Sequence[Any]] | None = None,
        files: Mapping[str, bytes | str] | None = None,
        config: Mapping[str, Any] | str | None = None,
        config_name: str = "config.yaml",
        log: Sequence[Mapping[str, Any]] | None = None,
        settings: str = "",
        format: str = "",
        target: str = "",
        max_length: int | None = None,
        options: Mapping[str, Any] | None = None,
        today: str = "",
        note: str = "",
    ) -> None:
        given = sum(each is not None for each in (data, splits, files))
        if given > 1 or not (given or config is not None or log is not None):
            raise ValueError(
                "an Example takes one of data, splits and files, a config, a log, or some of them"
            )
        self.data = data
        self.splits = splits
        self.files = files
        self.config = config
        self.config_name = config_name
        self.log = log
        self.settings = settings
        self.format = format
        self.target = target
        self.max_length = max_length
        self.options = options or {}
        self.today = today
        self.note = note


def chat(*contents: str, system: str = "") -> dict[str, Any]:
    """A chat record for examples: contents taken in turn by user and assistant."""
    messages = [{"role": "system", "content": system}] if system else []
    for index, content in enumerate(contents):
        messages.append({"role": "assistant" if index % 2 else "user", "content": content})
    return {"messages": messages}


def history(
    loss: Iterable[float] = (),
    eval_loss: Iterable[float] = (),
    *,
    every: int = 10,
    eval_every: int | None = None,
    start: int | None = None,
    steps_per_epoch: int = 100,
    **others: Iterable[float],
) -> list[dict[str, Any]]:
    """A Trainer's `log_history` for examples: a loss every so many steps, an eval loss every `eval_every`.

    The first stands at step `every` (`eval_every`), or at `start`. Other series go by their names; those that
    begin with `eval_` are written when the eval loss is.
    """
    eval_every = eval_every or every
    rows: dict[tuple[int, bool], dict[str, Any]] = {}
    for name, values in {"loss": loss, "eval_loss": eval_loss, **others}.items():
        held_out = name.startswith("eval_")
        apart = eval_every if held_out else every
        first = apart if start is None else start
        for index, value in enumerate(values):
            step = first + index * apart
            row = rows.setdefault((step, held_out), {"epoch": step / steps_per_epoch})
            row[name] = value
    return [{**row, "step": step} for (step, _), row in sorted(rows.items())]


class Measure:
    """A summary of a file that can be merged: shard by shard, in order.

    `add` sees every sound record once; `merge` appends the next shard, whose row numbers start `rows`
    later; `state` and `from_state` carry it through the cache: plain JSON values, `bytes` and
    `array.array`, never text of a record.
    """

    priors: ClassVar[Sequence[str]] = ()
    """The fields of `Batch.prior` that it reads: only those that some measure reads are settled."""

    def add(self, batch: Batch) -> None:
        raise NotImplementedError

    def merge(self, other: Self, rows: int) -> None:
        raise NotImplementedError

    def state(self) -> dict[str, Any]:
        raise NotImplementedError

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Self:
        raise NotImplementedError


@dataclass_transform(kw_only_default=True, field_specifiers=())
class Rule(Generic[S]):
    """Base of every rule; see the module's docstring. Annotated class fields are the rule's options."""

    code: ClassVar[str]
    name: ClassVar[str]
    severity: ClassVar[Severity]
    default: ClassVar[bool] = True
    """Whether the rule runs without being selected by its code or name."""
    fixable: ClassVar[Safety] = ""
    headline: ClassVar[str] = ""
    """What a person reads above several findings of one file; `{count}` and `{related}` are filled in."""
    help: ClassVar[str] = ""
    """One line: how to mend it."""
    covers: ClassVar[Sequence[str]] = ()
    """Codes of rules of configs and trainings that tell the same fault in a more general way: where both find
    something at one place, the more severe is told, and this one where both are alike."""
    worse: ClassVar[Literal["more", "fewer", "either"]] = "more"
    """Which way the first number of its message that moves gets worse: of what is known already, a check of
    changed rows tells only what got worse. `either` where the message does not say."""
    extra: ClassVar[str] = ""
    """The optional install the rule cannot run without (`tokens`)."""

    bad: ClassVar[Sequence[Example]] = ()
    good: ClassVar[Sequence[Example]] = ()

    kinds: ClassVar[Sequence[str]] = ()
    needs: ClassVar[Sequence[type[Measure]]] = ()
    pattern: ClassVar[str] = ""
    """RE2 syntax. No `^` or `$` unless `mark` is given."""
    mark: ClassVar[str] = ""
    """A looser pattern without anchors for the joined scan, where `pattern` needs anchors."""
    where: ClassVar[Literal["any", "prompt", "target"]] = "any"
    per: ClassVar[Literal["record", "text", "match"]] = "text"
    """How often one record may be found: once, once per text, or at every match."""

    documents: ClassVar[bool] = False
    """For `Rule[Span]`: whether it is told of configs, logs, notebooks and code beside the data, too; for
    `Rule[Dataset]` and `Rule[Project]`: whether it asks for the project's configs and trainings."""

    waits: ClassVar[Literal["", "epoch", "end"]] = ""
    """For `Rule[RunLog]`, while a run goes on: `end` leaves the rule until the run is over, for it asks what
    that came to; `epoch` until its first epoch is, for what it finds is learnt from rows seen again."""
    confirmed_by: ClassVar[Literal["rows", "evals", "at once"]] = "rows"
    """For `Rule[RunLog]`, while a run goes on: what must show a finding again before it is told. `at once`:
    nothing must, for no chance is in it."""

    subject: ClassVar[type]

    def __init__(self, **options: Any) -> None:
        for option, value in options.items():
            setattr(self, option, value)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for base in cls.__dict__.get("__orig_bases__", ()):
            arguments = getattr(base, "__args__", ())
            if arguments and isinstance(arguments[0], type):
                cls.subject = arguments[0]

    def measures(self) -> Sequence[type[Measure]]:
        """What the rule needs with its options as they are: `needs`, where they make no difference."""
        return self.needs

    def compared(self) -> Mapping[str, float]:
        """For a rule that needs sketches: what of each row it compares, and the least similarity it asks for.

        Its pairs are then in `dataset.near[view, similarity]`.
        """
        return {}

    def wakes(self, shape: Shape) -> bool:
        """For `Rule[Record]`: whether records of this shape need looking at. Judged once per shape."""
        return True

    def check(self, subject: S) -> Iterable[Finding]:
        raise NotImplementedError


SUBJECTS: tuple[type, ...] = (
    *(Fault, Shape, Match, Span, Record, Dataset),
    *(TrainingConfig, RunLog, Training, Project),
)
