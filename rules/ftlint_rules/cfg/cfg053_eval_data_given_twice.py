from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.model.config_edit import fix, replace_value
from ftlint.rule import Example, Rule

REFUSE = {"axolotl": "axolotl", "llamafactory": "LLaMA-Factory"}
LLAMAFACTORY = (
    "model_name_or_path: Qwen/Qwen3-8B\nstage: sft\nfinetuning_type: lora\ntemplate: qwen\n"
    "dataset: identity\nlearning_rate: 1.0e-4\n"
)


class EvalDataGivenTwice(Rule[TrainingConfig]):
    """Data named for evaluation, and a share of the training data held out beside it.

    ## Why it matters
    An evaluation has one source. axolotl and LLaMA-Factory refuse both; elsewhere one is dropped, and if it
    is the share, those rows are trained on by nobody.

    ## What to do
    Keep the file and hold nothing out: `val_set_size: 0`, `val_size: 0`. The fix does that.

    ## References
    axolotl 0.18, `schemas/validation.py`: val_set_size with test_datasets. LLaMA-Factory 0.9.5,
    `hparams/data_args.py`: val_size with eval_dataset.
    """

    code = "CFG053"
    name = "eval-data-given-twice"
    severity = Severity.ERROR
    fixable = "unsafe"
    help = "keep the file for evaluation and hold nothing out"
    bad = (
        Example(config=LLAMAFACTORY + "eval_dataset: alpaca_en_demo\nval_size: 0.1\n"),
        Example(
            config={"learning_rate": 2e-4, "eval_data": ("val.jsonl",), "eval_split": 0.1}, note="a warning"
        ),
    )
    good = (
        Example(config=LLAMAFACTORY + "eval_dataset: alpaca_en_demo\nval_size: 0\n"),
        Example(config={"learning_rate": 2e-4, "eval_split": 0.1}),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        if config.purpose != "train" or not config.get("eval_data") or not config.get("eval_split"):
            return
        if not (config.written("eval_data") and config.written("eval_split")):
            return
        refuses = REFUSE.get(config.dialect)
        keys = f"{config.spelled('eval_data')} and {config.spelled('eval_split')}"
        zero = 0.0 if isinstance(config.get("eval_split"), float) else 0
        yield Finding(
            f"{keys} both name data to evaluate on" + (f"; {refuses} refuses it" if refuses else ""),
            severity=None if refuses else Severity.WARNING,
            fix=fix("hold nothing out", replace_value(config, "eval_split", zero), safe=False),
            **config.place("eval_split"),
        )
