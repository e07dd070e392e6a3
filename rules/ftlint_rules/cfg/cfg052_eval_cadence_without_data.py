from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Edit, Finding, Severity, TrainingConfig
from ftlint.model.config_edit import fix, insert_beside, replace_value
from ftlint.model.config_keys import number, present
from ftlint.model.training_config import placed
from ftlint.rule import Example, Rule
from ftlint_rules.cfg.heldout import no_eval_data

RAISE = {"llamafactory": "LLaMA-Factory"}
SELF_CONTAINED = frozenset({"axolotl", "llamafactory", "oumi", "ms-swift", "together-job", "ftlint"})
CADENCE = ("eval_strategy", "eval_steps", "do_eval")
SHARE = 0.05
AXOLOTL = (
    "base_model: Qwen/Qwen3-8B\nadapter: lora\nlora_r: 16\nlora_alpha: 32\nmicro_batch_size: 2\n"
    "gradient_accumulation_steps: 4\nsequence_len: 2048\nnum_epochs: 1\nlearning_rate: 2.0e-4\n"
    "datasets:\n  - path: data.jsonl\n    type: chat_template\n"
)


class EvalCadenceWithoutData(Rule[TrainingConfig]):
    """A config that says when to evaluate, and has nothing to evaluate on.

    ## Why it matters
    The evaluation that is asked for never runs: there is no loss on unseen data, and nothing that tells
    learning from memorising. axolotl refuses `eval_steps` and `eval_strategy` beside `val_set_size: 0`, and
    LLaMA-Factory and the trainer of transformers refuse an evaluation strategy without a dataset.

    ## What to do
    Hold some of the data out (`val_set_size: 0.05`, `val_size: 0.05`) or name a file of its own for
    evaluation. The fix holds 5% out. Where evaluation is not wanted, take the cadence out.

    It is an error where the framework refuses the file, an info beside a `val_set_size: 0` (somebody has
    switched evaluation off and left the cadence of a template), else a warning. Frameworks that may have
    data for evaluation from elsewhere (TRL's scripts, litgpt's data modules) are left out.

    ## References
    axolotl 0.18, `schemas/validation.py`; LLaMA-Factory 0.9.5, `hparams/parser.py` (an evaluation strategy
    turns do_eval on, which needs data). 5% is the share that is held out most: by 53 of 106 public configs
    that name one.
    """

    code = "CFG052"
    name = "eval-cadence-without-data"
    severity = Severity.WARNING
    fixable = "unsafe"
    help = "hold some data out, or name a file for evaluation"
    bad = (
        Example(config=AXOLOTL + "val_set_size: 0\neval_steps: 50\n", note="an error"),
        Example(config=AXOLOTL + "evals_per_epoch: 4\n"),
        Example(config={"learning_rate": 2e-4, "eval_strategy": "steps", "eval_steps": 50}),
    )
    good = (
        Example(config=AXOLOTL + "val_set_size: 0.05\neval_steps: 50\n"),
        Example(config=AXOLOTL + "val_set_size: ${SHARE}\neval_steps: 50\n"),
        Example(config=AXOLOTL + "val_set_size: 0\nevals_per_epoch: 0\neval_strategy: 'no'\n"),
        Example(config={"learning_rate": 2e-4, "eval_strategy": "no", "eval_steps": 50}),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        if config.purpose != "train" or config.dialect not in SELF_CONTAINED or config.launched:
            return
        strategy = config.field("eval_strategy")
        off = strategy.value == "no" and strategy.written and "strategy" in strategy.key
        if off or not no_eval_data(config):
            return
        key = _cadence(config)
        entry = config.entry(key) if key else None
        if entry is None:
            return
        who = _refuses(config)
        on_purpose = config.get("eval_split") == 0 and config.written("eval_split")
        yield Finding(
            f"{key} is set, but there is nothing to evaluate on" + (f"; {who} refuses it" if who else ""),
            severity=Severity.ERROR if who else Severity.INFO if on_purpose else None,
            fix=fix(f"hold out {SHARE:.0%}", _held_out(config, key), safe=False),
            **placed(config.path, entry.value.range),
        )


def _cadence(config: TrainingConfig) -> str:
    """The key that asks for evaluation, as the file spells it."""
    for name in CADENCE:
        field = config.field(name)
        if field.written and not field.unknown and field.value not in (None, 0, False, "no"):
            return field.key
    if config.dialect == "axolotl" and number(config, "evals_per_epoch"):
        return "evals_per_epoch"
    return ""


def _refuses(config: TrainingConfig) -> str:
    """Who refuses the file, "" where nobody does."""
    if config.dialect == "axolotl":
        asked = present(config, "eval_steps") or present(config, "eval_strategy")
        return "axolotl" if asked and number(config, "val_set_size") == 0 else ""
    asked = config.get("eval_strategy") in ("steps", "epoch") and config.written("eval_strategy")
    return RAISE.get(config.dialect, "") if asked or config.get("do_eval") is True else ""


def _held_out(config: TrainingConfig, beside: str) -> Edit | None:
    spelling = config.spelling.get("eval_split")
    if config.written("eval_split"):
        return replace_value(config, "eval_split", SHARE)
    if spelling is None or spelling.rpartition(".")[0] != beside.rpartition(".")[0]:
        return None
    return insert_beside(config, beside, spelling.rpartition(".")[2], SHARE)
