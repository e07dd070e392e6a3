from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Training
from ftlint.rule import Example, Rule, Severity
from ftlint_rules.fit.overlap import made
from ftlint_rules.fit.run_size import trained

LORA = {"method": "sft", "tuning": "lora", "lora_rank": 16}
TOML = """\
[[dataset]]
name = "support"
train = "new.jsonl"
[[training]]
name = "support"
dataset = "support"
config = "config.yaml"
"""
FILES = {"ftlint.toml": TOML, "new.jsonl": made(0, 40), "old.jsonl": made(0, 20)}


class ConfigNamesOtherData(Rule[Training]):
    """The config trains on other files than its `[[training]]` table says.

    ## Why it matters
    The table is what the project believes it trains on: what was checked, measured and approved. The config
    is what the framework reads. Where they differ, the model is trained on data that nobody looked at for it.

    ## What to do
    Write the dataset's files into the config, or the config's files into the `[[dataset]]` table.

    ## References
    Files are compared by where they lie. All other rules hold the config against the dataset of the table.
    """

    code = "FIT021"
    name = "config-names-other-data"
    severity = Severity.WARNING
    help = "make config and [[training]] name the same files"
    bad = (
        Example(config={**LORA, "train_data": ("old.jsonl",)}, files=FILES),
        Example(config={**LORA, "train_data": ("new.jsonl", "old.jsonl")}, files=FILES),
    )
    good = (
        Example(config={**LORA, "train_data": ("new.jsonl",)}, files=FILES),
        Example(config=LORA, files=FILES, note="it names none"),
        Example(config={**LORA, "train_data": ("org/other-data",)}, files=FILES, note="on a hub: not known"),
    )

    def check(self, training: Training) -> Iterator[Finding]:
        config = trained(training)
        if config is None or not training.other_data:
            return
        paths = training.other_data
        more = f" and {len(paths) - 2:,} more" if len(paths) > 2 else ""
        dataset = training.dataset.name if training.dataset is not None else ""
        table = f"[[training]] {training.name}"
        yield Finding(
            f"{', '.join(paths[:2])}{more}: not of the dataset {dataset} that {table} binds",
            **config.place("train_data", "eval_data"),
        )
