"""What a person may set. Every field with a `doc` is a key of `ftlint.toml`, spelled with hyphens there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from ftlint.model import Severity
from ftlint.settings.keys import key
from ftlint.settings.privacy import PiiSettings, RedactSettings, SecretSettings
from ftlint.settings.training import (
    AuditSettings,
    HardwareSettings,
    LogSettings,
    PolicySettings,
    ServeSettings,
)

if TYPE_CHECKING:
    from ftlint.settings.layer import Layer


DEFAULT_EXCLUDE = (
    ".git",
    ".venv",
    "venv",
    "node_modules",
    "__pycache__",
    ".ftlint",
    ".ftlint_cache",
    "dist",
    "build",
    "*.egg-info",
    ".tox",
    ".mypy_cache",
    ".ruff_cache",
)


class Place(NamedTuple):
    """Where a value was written: the settings file as shown to people ("" for a default), and the line."""

    file: str
    line: int | None


@dataclass(frozen=True, slots=True)
class DatasetSettings:
    """One `[[dataset]]` table. Globs and paths are relative to the settings root."""

    name: str = key("text", "", "The dataset's name in reports.")
    format: str = key("text", "", "The record format; detected from the rows where it is left out.")
    target: str = key("text", "", "The provider or model the data is meant for.")
    max_length: int | None = key("count", None, "The longest example in tokens that training keeps.", 1)
    schema: str = key("path", "", "A JSON Schema that every row must satisfy.")
    columns: Mapping[str, str] = key("map", {}, "The format's column -> the column of the file.")
    train: tuple[str, ...] = key("globs", (), "Files of the training split: a glob or a list of globs.")
    validation: tuple[str, ...] = key("globs", (), "Files of the validation split.")
    test: tuple[str, ...] = key("globs", (), "Files of the test split.")
    general: tuple[str, ...] = key("globs", (), "Files of general data, mixed in against forgetting.")
    ignore_field: str = key("text", "", "The record field that names the rules to ignore for that record.")
    group: tuple[str, ...] = key("words", (), "Columns whose value tells which rows belong together.")
    benchmark: tuple[str, ...] = key("globs", (), "Benchmark files that must not stand in training data.")

    @property
    def globs(self) -> dict[str, tuple[str, ...]]:
        """The globs by split, in the order train, validation, test, general."""
        return {
            "train": self.train,
            "validation": self.validation,
            "test": self.test,
            "general": self.general,
        }


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """One `[[training]]` table: what belongs to one fine-tune."""

    name: str = key("text", "", "The training's name in reports.")
    dataset: str = key("text", "", "The name of the dataset it trains on.")
    config: str = key("path", "", "The training config.")
    log: str = key("path", "", "The training log or the folder that holds it.")
    baseline: str = key("path", "", "The evaluation result of the base model.")
    serve: str = key("path", "", "The launch file that serves the tuned model.")
    tokenizer: str = key("path", "", "The model's tokenizer.json; the top-level one where it is left out.")
    general_share: float = key(
        "share", 0.0, "Share of all trained tokens that `ftlint train` takes from general data."
    )


@dataclass(frozen=True, slots=True)
class Settings:
    """The resolved settings of one run. `root` is where relative paths start; `tracked` leaves out what is
    new to git.

    `select` is None where nobody chose: then every rule that is on by default runs. `rule_options` and
    `rule_severity` are keyed as written, by a rule's name or its code.
    """

    root: str = "."
    file: str = ""
    layers: tuple[Layer, ...] = ()
    overridden: frozenset[str] = frozenset()
    tracked: bool = False
    rule_options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    rule_severity: Mapping[str, Severity] = field(default_factory=dict)
    dataset: tuple[DatasetSettings, ...] = ()
    training: tuple[TrainingSettings, ...] = ()

    select: tuple[str, ...] | None = key("codes", None, "Rules to run: codes, prefixes, names or ALL.")
    extend_select: tuple[str, ...] = key("codes", (), "Rules to run beside the selected ones.")
    ignore: tuple[str, ...] = key("codes", (), "Rules not to run.")
    extend_ignore: tuple[str, ...] = key("codes", (), "Further rules not to run.")
    fixable: tuple[str, ...] | None = key(
        "codes", None, "Rules whose findings may be fixed: all, if left out."
    )
    unfixable: tuple[str, ...] = key("codes", (), "Rules whose findings are never fixed.")
    per_path_ignores: Mapping[str, tuple[str, ...]] = key(
        "codes-by-glob", {}, "Rules to ignore in the files that a glob matches."
    )
    fail_on: Severity = key("severity", Severity.ERROR, "The least severity that fails a run.")  # noqa: RUF009
    format: str = key("text", "", "The record format of every dataset that names none.")
    target: str = key("text", "", "The target of every dataset that names none.")
    max_length: int | None = key("count", None, "The longest example of every dataset that names none.", 1)
    ignore_field: str = key("text", "", "The `ignore-field` of every dataset that names none.")
    group: tuple[str, ...] = key("words", (), "The `group` of every dataset that names none.")
    benchmark: tuple[str, ...] = key("globs", (), "The `benchmark` of every dataset that names none.")
    exclude: tuple[str, ...] = key("patterns", DEFAULT_EXCLUDE, "Files and folders never to look into.")
    extend_exclude: tuple[str, ...] = key("patterns", (), "Further files and folders never to look into.")
    respect_gitignore: bool = key("flag", True, "Leave out what git ignores.")
    force_exclude: bool = key("flag", False, "Leave out excluded files even where they are named.")
    max_per_rule: int = key("count", 3, "Findings shown for each rule and file; 0 shows all.")
    jobs: int = key("count", 0, "Worker processes: 0 for one per core, 1 for none.")
    executor: str = key(
        "choice",
        "",
        "Where shards are checked; by the size of the input where it is left out.",
        choices=("serial", "processes", "ray"),
    )
    ray_address: str = key(
        "text", "", "The Ray cluster: auto or HOST:PORT; a Ray of this machine where it is left out."
    )
    memory: str = key(
        "size", "1GB", "What comparing rows with each other may hold in memory; what is more goes to disk."
    )
    cache_dir: str = key("path", ".ftlint_cache", "The folder of the cache.")
    suppressions: str = key("path", "ftlint-suppressions.json", "The file of accepted findings.")
    target_facts: str = key("path", "", "A file of further provider facts.")
    output_format: tuple[str, ...] = key(
        "words", ("full",), "How to report; several with a file each: `json=out.json`."
    )

    pii: PiiSettings = key("table", PiiSettings(), "Personal data: what to look for.", table=PiiSettings)  # noqa: RUF009
    secrets: SecretSettings = key("table", SecretSettings(), "Secrets: what is none.", table=SecretSettings)  # noqa: RUF009
    serve: ServeSettings = key(  # noqa: RUF009
        "table", ServeSettings(), "How the tuned model is served.", table=ServeSettings
    )
    hardware: HardwareSettings = key(  # noqa: RUF009
        "table", HardwareSettings(), "What the training runs on.", table=HardwareSettings
    )
    policy: PolicySettings = key(  # noqa: RUF009
        "table", PolicySettings(), "What a company asks of every training.", table=PolicySettings
    )
    logs: LogSettings = key("table", LogSettings(), "How training logs are read.", table=LogSettings)  # noqa: RUF009
    audit: AuditSettings = key("table", AuditSettings(), "The log of who did what.", table=AuditSettings)  # noqa: RUF009
    versions: tuple[tuple[str, str], ...] = key(
        "pairs", (), 'The version of each package that reads the configs: `transformers = "4.57"`.'
    )
    reasons: tuple[tuple[str, str], ...] = key(
        "pairs", (), 'Why a rule does not apply here, by its name: `no-general-data = "..."`.'
    )
    tokenizer: str = key("path", "", "The model's tokenizer.json, to count tokens of the data with.")
    redact: RedactSettings = key(  # noqa: RUF009
        "table", RedactSettings(), "What `ftlint data redact` puts in a value's place.", table=RedactSettings
    )

    def where(self, keys: tuple[str, ...]) -> Place:
        """The file and line where `keys` was set, nearest file first; the nearest enclosing table else.

        A dataset or training is named by its name: `("dataset", "support", "format")`.
        """
        for depth in range(len(keys), 0, -1):
            for layer in reversed(self.layers):
                line = layer.line(keys[:depth])
                if line is not None:
                    return Place(layer.shown, line)
        return Place(self.layers[-1].shown, None) if self.layers else Place("", None)
