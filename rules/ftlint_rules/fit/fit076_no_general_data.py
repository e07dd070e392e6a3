from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated

from ftlint.detect.measures.token_lengths import TokenLengths
from ftlint.facts.general_data import is_general
from ftlint.model import Dataset, Finding, Project, Severity, Training
from ftlint.rule import Between, Example, Rule
from ftlint_rules.cfg.regime import regime
from ftlint_rules.fit.evidence import configs, named, names_data, place, training_runs

CONFIG = {"base_model": "Qwen/Qwen3-8B", "method": "sft", "tuning": "lora", "lora_rank": 16}
TASK = [{"prompt": f"What does invoice {n} come to?", "completion": f"{7 * n} euros."} for n in range(20)]
OTHER = [{"prompt": f"Name a river, number {n}.", "completion": "The Danube."} for n in range(9)]


class NoGeneralData(Rule[Project]):
    """Nothing but the task is trained on: no general data is mixed in.

    ## Why it matters
    A model that sees one narrow task for some hundred steps gets better at it and worse at what it could
    before: following other instructions, other languages, refusing, arithmetic. Rows of general instructions
    among those of the task hold that back.

    ## What to do
    Mix in general instruction data, about a fifth of all rows, and declare it:
    `[[dataset]] general = "general/*.jsonl"`. Measure the forgetting with one general benchmark before and
    after. Where forgetting does no harm (a classifier, an extractor) write it down:
    `[reasons] no-general-data = "..."`.

    ## References
    The share of 20% is this project's own target and an option, `target-share`: no published source for one
    number was found. Ouyang et al. 2022 (InstructGPT) mix pretraining text into RLHF against such losses;
    Biderman et al. 2024, "LoRA Learns Less and Forgets Less", for how much of it LoRA alone avoids. Measured
    on public configs: 84 of 89 third-party configs whose data can be counted name one data set alone, so a
    missing mix is information, once for a project. It is a warning where `target-share` is set, and where
    general data is declared but its share, of rows and of tokens, stays below the target. Configs that mix
    `general_data` in or train on a known general data set (Alpaca, UltraChat, Tulu, FineWeb ...) are left
    out, and so are preference methods, reinforcement learning, models that do not write text and configs
    whose data is given elsewhere.
    """

    code = "FIT076"
    name = "no-general-data"
    severity = Severity.INFO
    help = "declare general data in [[dataset]], or write the reason: [reasons] no-general-data"
    documents = True
    needs = (TokenLengths,)
    bad = (
        Example(config={**CONFIG, "train_data": ("me/invoices",)}),
        Example(config=CONFIG, splits={"train": TASK}, options={"target_share": 0.2}, note="a warning"),
        Example(config=CONFIG, splits={"train": TASK, "general": OTHER[:1]}, note="5% of rows: a warning"),
    )
    good = (
        Example(config=CONFIG, splits={"train": TASK, "general": OTHER}),
        Example(config=CONFIG, note="data that is given elsewhere may be mixed"),
        Example(
            config=CONFIG,
            splits={"train": TASK},
            settings='[reasons]\nno-general-data = "it only extracts dates"\n',
        ),
        Example(config={**CONFIG, "train_data": ("me/invoices", "HuggingFaceH4/ultrachat_200k")}),
        Example(config={**CONFIG, "train_data": ("me/invoices",), "general_data": ("me/general",)}),
        Example(config={**CONFIG, "method": "dpo"}),
        Example(TASK, note="nothing is trained here"),
    )

    target_share: Annotated[float, Between(0, 1), "share of general data to reach, of rows or of tokens"] = (
        0.2
    )

    def check(self, project: Project) -> Iterator[Finding]:
        tuned = [training for training in training_runs(project) if _is_tuning(training)]
        tuned = [training for training in tuned if not _trains_on_general(training)]
        if not tuned:
            return
        declared = [dataset for dataset in project.datasets if "general" in dataset.splits]
        if declared:
            yield from self._share(project.datasets, declared[0])
            return
        severity = Severity.WARNING if "target_share" in vars(self) else self.severity
        many = len(configs(tuned)) > 1
        where = {} if many else place(tuned[0], "train_data")
        which = f" by any of {named(tuned)}" if many else ""
        yield Finding(
            f"no general data is mixed in{which}; {self.target_share:.0%} is the target",
            severity=severity,
            **where,
        )

    def _share(self, datasets: Sequence[Dataset], declared: Dataset) -> Iterator[Finding]:
        datasets = [dataset for dataset in datasets if dataset.evidence == "declared"] or [declared]
        if any(dataset.partial for dataset in datasets):
            return
        (rows, tokens), (all_rows, all_tokens) = _sizes(datasets, "general"), _sizes(datasets, "train")
        row_share = rows / (rows + all_rows) if rows + all_rows else 0.0
        token_share = tokens / (tokens + all_tokens) if tokens + all_tokens else row_share
        if all_rows and max(row_share, token_share) < self.target_share:
            yield Finding(
                f"general data is {row_share:.1%} of the rows and about {token_share:.1%} of the tokens; "
                f"{self.target_share:.0%} is the target",
                path=declared.splits["general"].path,
                severity=Severity.WARNING,
            )


def _is_tuning(training: Training) -> bool:
    if training.config is None:
        return True
    kind = regime(training.config)
    return names_data(training) and kind is not None and kind.kind in ("sft", "pretrain")


def _trains_on_general(training: Training) -> bool:
    """Whether a config mixes general data in, or names a known general data set."""
    config = training.config
    if config is None:
        return False
    if config.get("general_data"):
        return True
    refs = config.get("train_data") or ()
    return any(ref.kind in ("hub", "registered") and is_general(ref.name) for ref in refs)


def _sizes(datasets: Sequence[Dataset], name: str) -> tuple[int, int]:
    """Rows and estimated tokens of one split, over all datasets."""
    parts = [part for dataset in datasets for split, part in dataset.parts if split.name == name]
    tokens = sum(sum(part.measures[TokenLengths].tokens) for part in parts if TokenLengths in part.measures)
    return sum(part.records for part in parts), tokens
