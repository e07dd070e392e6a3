from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Severity, Training, TrainingConfig
from ftlint.model.training_config import ABSENT
from ftlint.rule import Example, Rule
from ftlint_rules.cfg.policies import CONFIG

INSIDE = "[policy]\nforbid-external-loggers = true\n"

SERVICES = {
    "wandb": "Weights & Biases",
    "comet_ml": "Comet",
    "comet": "Comet",
    "neptune": "Neptune",
    "swanlab": "SwanLab",
    "clearml": "ClearML",
    "dagshub": "DagsHub",
    "azure_ml": "Azure ML",
    "polyaxon": "Polyaxon",
    "aim-remote": "Aim",
}
"""Loggers that send metrics to a service unless they are told otherwise."""

TRAINER = frozenset({"trl", "alignment-handbook", "llamafactory", "hf-arguments"})
"""Dialects whose loggers are those of transformers' Trainer."""

LOCAL = frozenset(
    {
        *("none", "tensorboard", "tensorboardx", "csv", "csvlogger", "json", "jsonl", "console", "stdout"),
        *("disk", "disk_logger", "stdoutlogger", "disklogger", "tensorboardlogger", "codecarbon", "dvclive"),
        *("aim", "file", "log", "rich", "flytekit"),
    }
)
"""Loggers that write files of this machine."""


class ExternalLoggerForbidden(Rule[Training]):
    """Metrics are sent to a service, which the company's policy forbids.

    ## Why it matters
    An experiment tracker takes more than the loss: the whole config with its paths and names, the command
    line, the code, the environment, and, where samples are logged, rows of the data.

    ## What to do
    Log to files: `report_to: tensorboard` or `none`. Weights & Biases runs offline with
    `wandb_mode: offline`, MLflow with a tracking URI of your own house.

    ## References
    Nothing is asked as long as `[policy] forbid-external-loggers` is not set. transformers before 5 reports
    to every integration that is installed when `report_to` is left out (its default was `all`, since 5.0 it
    is `none`): `all` counts as external, and a config of that Trainer that leaves it out gets a warning.
    MLflow and Trackio write to this machine unless the config gives an address
    (`mlflow_tracking_uri`, a Space): then they are external, too; an address given in the environment is not
    seen. For a logger that is not known it is a warning.
    """

    code = "CFG093"
    name = "external-logger-forbidden"
    severity = Severity.ERROR
    help = "log to files: tensorboard, csv or none"
    bad = (
        Example(config={**CONFIG, "loggers": ("tensorboard", "wandb")}, settings=INSIDE),
        Example(config={**CONFIG, "loggers": ("all",)}, settings=INSIDE),
        Example(config={**CONFIG, "loggers": ("house_tracker",)}, settings=INSIDE, note="a warning"),
        Example(
            config="model_name_or_path: Qwen/Qwen3-8B\nstage: sft\nfinetuning_type: lora\ndataset: rows\n"
            "template: qwen3\ncutoff_len: 2048\n",
            settings=INSIDE,
            note="LLaMA-Factory without report_to: a warning",
        ),
    )
    good = (
        Example(config={**CONFIG, "loggers": ("tensorboard",)}, settings=INSIDE),
        Example(config={**CONFIG, "loggers": ("none",)}, settings=INSIDE),
        Example(config={**CONFIG, "loggers": ("mlflow",)}, settings=INSIDE),
        Example(config=CONFIG, settings=INSIDE, note="nothing is said, and no default known"),
        Example(config={**CONFIG, "loggers": ("wandb",)}, note="no policy"),
    )

    def check(self, training: Training) -> Iterator[Finding]:
        config = training.config
        if config is None or training.policy is None or not training.policy.forbid_external_loggers:
            return
        if config.dialect in TRAINER and config.field("loggers") == ABSENT:
            yield Finding(
                "report_to is left out: transformers before 5 then reports to every tracker installed",
                severity=Severity.WARNING,
                **config.top,
            )
        for logger in config.get("loggers") or ():
            told = _told(str(logger).strip().lower(), config)
            if told is None:
                continue
            message, severity = told
            yield Finding(message, severity=severity, **config.place("loggers"))


def _told(logger: str, config: TrainingConfig) -> tuple[str, Severity] | None:
    """What is wrong with a logger, and how bad it is; None for one that stays on this machine."""
    if logger in LOCAL or not logger:
        return None
    if logger == "all":
        written = config.written("loggers")
        what = "metrics go to every tracker" if written else "default: metrics go to every tracker"
        return f"{what} that is installed; [policy] forbids services", Severity.ERROR
    if logger in _ADDRESSES:
        if not _goes_away(logger, config):
            return None
        return f"{logger} is given an address; [policy] forbids services", Severity.ERROR
    if logger == "wandb" and _wandb_is_off(config):
        return None
    if logger in SERVICES:
        return f"metrics go to {SERVICES[logger]}; [policy] forbids services", Severity.ERROR
    return f"whether the logger {logger} stays on this machine is not known", Severity.WARNING


_HERE = ("file:", "sqlite:", "./", "/", "http://localhost", "http://127.0.0.1")
_ADDRESSES = {"mlflow": ("mlflow_tracking_uri", "tracking_uri"), "trackio": ("trackio_space_id", "space_id")}


def _goes_away(logger: str, config: TrainingConfig) -> bool:
    """Whether the config sends this logger's files to another machine."""
    written = (
        entry.value.text.strip().lower()
        for path, entry in config.tree.walk()
        if path.rpartition(".")[2] in _ADDRESSES[logger] and entry.value.kind == "scalar"
    )
    return any(text and not text.startswith(_HERE) and text not in ("null", "none", "~") for text in written)


def _wandb_is_off(config: TrainingConfig) -> bool:
    entry = config.entry("wandb_mode")
    return entry is not None and entry.value.text.strip().lower() in ("offline", "disabled", "dryrun")
