"""Names of eval sets and metrics: which are of no part of the task, and which way they get better."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ftlint.facts.general_data import is_general as is_public
from ftlint.model.run_log import RunLog, Series

GENERAL = frozenset(
    {
        *("general", "generic", "base", "pretrain", "pretraining", "replay", "retain", "retention"),
        *("anchor", "original", "previous", "prior", "old", "forget", "forgetting", "control", "bench"),
        "benchmark",
    }
)
"""Words in the name of an eval set that say it is not of the task, beside names of public general data."""

BENCHMARKS = frozenset(
    {
        *("mmlu", "hellaswag", "winogrande", "truthfulqa", "gsm8k", "piqa", "boolq", "ifeval", "humaneval"),
        *("mbpp", "bbh", "gpqa", "openbookqa", "commonsenseqa", "csqa", "arc", "ceval", "cmmlu", "mtbench"),
        *("triviaqa", "lambada", "webtext", "wiki"),
    }
)

BETTER_HIGH = frozenset(
    {
        *("acc", "accuracy", "accuracies", "f1", "em", "match", "bleu", "rouge", "score", "pass", "mcc"),
        *("auc", "precision", "recall", "rate", "correct"),
    }
)
BETTER_LOW = frozenset({"ppl", "perplexity", "wer", "cer", "error", "nll", "bpb"})
NO_METRIC = frozenset({"loss", "runtime", "second", "stderr", "tokens", "entropy", "time", "memory"})


def is_general(name: str, words: Iterable[str] = GENERAL) -> bool:
    """Whether the name of an eval set or a metric says that it is not of the task."""
    parts = _words(name)
    return bool(set(words).intersection(parts)) or any(
        part in BENCHMARKS or is_public(part) for part in parts
    )


def _words(name: str) -> Sequence[str]:
    return [each for each in re.split(r"[^a-z0-9]+", name.lower()) if each]


def general_metrics(log: RunLog, words: Iterable[str]) -> Iterator[tuple[str, Series, int]]:
    """Metrics of general sets and whether more is better (1) or less (-1)."""
    losses = {f"eval_{name}_loss" for name in log.eval_losses} | {"eval_loss"}
    for name, series in log.series.items():
        parts = _words(name)
        last = parts[-1] if parts else ""
        if name in losses or last in NO_METRIC or not is_general(name, words):
            continue
        if BETTER_LOW.intersection(parts):
            yield name, series, -1
        elif BETTER_HIGH.intersection(parts) or last in BENCHMARKS or last.isdigit():
            yield name, series, 1
