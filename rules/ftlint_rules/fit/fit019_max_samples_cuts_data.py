from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.model import Finding, Training
from ftlint.rule import Between, Example, Rule, Severity, chat
from ftlint_rules.fit.run_size import train_parts, trained
from ftlint_rules.fit.said import setting, share

LORA = {"method": "sft", "tuning": "lora", "lora_rank": 16}
CHATS = [chat("Where is it?", "At the door.")] * 200


class MaxSamplesCutsData(Rule[Training]):
    """A cap on the rows of each dataset leaves much of the data out.

    ## Why it matters
    `max_samples: 1000` stands in the examples of LLaMA-Factory so that they run through quickly. Copied into
    a config for 20,000 rows it trains on a twentieth of them, and nothing says so.

    ## What to do
    Take the cap out, or raise it; where a small share is meant, ignore the rule on that line.

    ## References
    LLaMA-Factory takes the first `max_samples` rows of each dataset (`data/loader.py`); the 18 official
    examples measured that have the key set it to 1,000 or less. What a registry or a path itself limits
    (`num_samples`, `data.jsonl#500`) is taken for meant.
    """

    code = "FIT019"
    name = "max-samples-cuts-data"
    severity = Severity.WARNING
    help = "take the cap out, or raise it"
    bad = (
        Example(config={**LORA, "max_samples": 100}, data=CHATS),
        Example(config={**LORA, "max_samples": 100}, splits={"train": CHATS, "validation": CHATS[:40]}),
    )
    good = (
        Example(config={**LORA, "max_samples": 190}, data=CHATS, note="a twentieth is left out"),
        Example(config={**LORA, "max_samples": 1000}, data=CHATS),
        Example(config={**LORA, "max_samples": 100}, note="the data is not known"),
    )

    most_left_out: Annotated[float, Between(0, 1), "share of the rows that may be left out"] = 0.1

    def check(self, training: Training) -> Iterator[Finding]:
        config = trained(training)
        most = config.get("max_samples") if config is not None else None
        if config is None or not most or most < 1:
            return
        groups = [use.parts for use in training.uses if use.split == "train"] or [
            (part,) for part in train_parts(training)
        ]
        counts = [sum(part.records for part in parts) for parts in groups]
        whole, kept = sum(counts), sum(min(count, int(most)) for count in counts)
        if whole - kept <= self.most_left_out * whole:
            return
        yield Finding(
            f"{setting(config, 'max_samples')}: {share(whole - kept, whole)} of the rows "
            f"({whole - kept:,} of {whole:,}) are never trained on",
            **config.place("max_samples"),
        )
