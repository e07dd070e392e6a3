from __future__ import annotations

from collections.abc import Iterator

from ftlint.detect.measures.record_keys import RecordKeys
from ftlint.model import Finding, Part, Training, TrainingConfig
from ftlint.rule import Example, Rule, Severity, chat
from ftlint_rules.fit.run_size import train_parts, trained

DPO = {"method": "dpo", "tuning": "lora", "lora_rank": 16}
SFT = {"method": "sft", "tuning": "lora", "lora_rank": 16}
CHATS = [chat("Where is it?", "At the door.")] * 20
PAIRS = [{"prompt": f"Question {n}?", "chosen": f"Answer {n}.", "rejected": "No idea."} for n in range(20)]
LABELLED = [
    {"prompt": f"Question {n}?", "completion": f"Answer {n}.", "label": n % 2 == 0} for n in range(20)
]
BARE = [{"prompt": f"Question {n}?"} for n in range(20)]

PAIRED = frozenset({"dpo", "ipo", "orpo", "simpo", "cpo", "apo", "reward"})
SAMPLING = frozenset({"grpo", "gspo", "rloo", "ppo", "online-dpo"})
ANSWERED = frozenset({"sft", "dpo", "ipo", "orpo", "simpo", "cpo", "apo", "reward", "kto"})
PROMPTED = frozenset({"trl", "oumi"})
"""Dialects whose trainers for these methods read a column `prompt` and no messages."""

SIGNS = ("chosen", "reject", "prefer", "label", "kto_tag", "response_a", "response_b", "margin")
"""Parts of names of columns in which preferences may stand under a name of one's own."""


class FormatMismatch(Rule[Training]):
    """The data has not the format that the method learns from.

    ## Why it matters
    DPO on rows without a chosen and a rejected answer stops at the first batch, after the model was loaded;
    SFT on preference rows stops, too, or learns from whatever column it takes for the text; on rows that are
    labelled good or bad it learns the bad answers like the good ones.

    ## What to do
    Check which of the two is meant: the `method` of the config, or the file it names.

    ## References
    What each method reads: TRL, docs/source/dataset_formats.md (DPO, ORPO, CPO and reward models preference
    rows, KTO unpaired or preference rows, GRPO and RLOO a prompt). The format of the file is the one that its
    rows are of, or that the settings say. A file whose columns may hold preferences under names of their own
    (`chosen_response`, `label`) is left alone, as is one whose columns the config names itself.
    """

    code = "FIT009"
    name = "format-mismatch"
    severity = Severity.ERROR
    help = "train with the method that fits the rows, or on rows that fit the method"
    needs = (RecordKeys,)
    bad = (
        Example(config=DPO, data=CHATS),
        Example(config={**DPO, "method": "kto"}, data=CHATS),
        Example(config=SFT, data=PAIRS, note="a warning"),
        Example(config=SFT, data=LABELLED, note="a warning"),
        Example(config=SFT, data=BARE, note="nothing to learn: a warning"),
        Example(config=DPO, splits={"train": PAIRS, "validation": CHATS}),
    )
    good = (
        Example(config=DPO, data=PAIRS),
        Example(config=SFT, data=CHATS),
        Example(config={**DPO, "method": "kto"}, data=LABELLED),
        Example(config={**DPO, "method": "kto"}, data=PAIRS),
        Example(config={"method": "grpo", "num_generations": 8}, data=BARE),
        Example(
            config=DPO,
            data=[{"instruction": "Q?", "output": "A.", "reject_response": "No."}] * 5,
            format="alpaca",
            note="the columns may be mapped",
        ),
        Example(config={**DPO, "columns": ("a", "b")}, data=CHATS, note="the columns are mapped"),
    )

    def check(self, training: Training) -> Iterator[Finding]:
        config = trained(training)
        if config is None or config.written("columns"):
            return
        method = config.get("method")
        dataset = training.dataset
        if not isinstance(method, str) or dataset is None:
            return
        told: set[str] = set()
        held_out = dataset.splits.get("validation")
        for part in (*train_parts(training), *(held_out.parts if held_out else ())):
            if part.format is None or RecordKeys not in part.measures or not part.records:
                continue
            found = _mismatch(config, method, part)
            if found and found[0] not in told:
                told.add(found[0])
                severity = Severity.WARNING if found[1] else self.severity
                yield Finding(
                    f"{part.path}: {found[0]}",
                    severity=severity,
                    **config.place("method", "train_data", "loss_type"),
                )


def _mismatch(config: TrainingConfig, method: str, part: Part) -> tuple[str, bool] | None:
    """What does not fit, and whether that is a warning only."""
    assert part.format is not None
    kind, title = part.format.kind, part.format.name
    keys = part.measure(RecordKeys)
    named = [key.lower() for key in keys.counts]
    signs = not keys.complete or any(sign in name for sign in SIGNS for name in named)
    if method in PAIRED and kind not in ("preference", "reward", "stepwise") and not signs:
        return f"{method.upper()} learns from chosen and rejected answers; the rows are {title}", False
    if method == "kto" and kind not in ("preference", "unpaired") and not signs:
        return (
            f"KTO learns from answers labelled good or bad; the rows ({title}) have no label",
            False,
        )
    if method == "sft" and kind == "preference" and "messages" not in keys.counts:
        return f"SFT learns from one answer; the rows ({title}) have two", True
    if method == "sft" and kind == "unpaired":
        return (
            f"SFT learns every answer; the rows are {title}, and those labelled bad are learnt, too",
            True,
        )
    if method in ANSWERED and kind == "prompt":
        return f"{method.upper()} learns from answers; the rows ({title}) have none", True
    if method in SAMPLING and config.dialect in PROMPTED and "prompt" not in keys.counts and keys.complete:
        return f"{method.upper()} reads the column prompt; the rows ({title}) have none", True
    return None
