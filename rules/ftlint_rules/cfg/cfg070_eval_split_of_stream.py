from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.model.config_keys import truth
from ftlint.rule import Example, Rule

AXOLOTL = (
    "base_model: Qwen/Qwen3-8B\nmicro_batch_size: 2\ngradient_accumulation_steps: 4\nsequence_len: 2048\n"
    "learning_rate: 2.0e-5\nmax_steps: 1000\npretraining_dataset:\n  - path: allenai/c4\n    type: pretrain\n"
)


class EvalSplitOfStream(Rule[TrainingConfig]):
    """A share of a stream is to be held out for evaluation.

    ## Why it matters
    A share can only be taken of what has a length. axolotl refuses `val_set_size` with streamed data,
    LLaMA-Factory a `val_size` that is a share.

    ## What to do
    Name a dataset for evaluation: `test_datasets` in axolotl, `eval_dataset` in LLaMA-Factory, or there a
    number of rows as `val_size`.

    ## References
    axolotl 0.18, `schemas/validation.py`; LLaMA-Factory 0.9.5, `hparams/data_args.py`.
    """

    code = "CFG070"
    name = "eval-split-of-stream"
    severity = Severity.ERROR
    help = "name a dataset for evaluation"
    covers = ("CFG085",)
    bad = (Example(config=AXOLOTL + "val_set_size: 0.05\n"),)
    good = (
        Example(config=AXOLOTL + "val_set_size: 0\n"),
        Example(
            config="model_name_or_path: Qwen/Qwen3-8B\nstage: pt\nfinetuning_type: full\ntemplate: qwen\n"
            "dataset: c4_demo\nstreaming: true\nlearning_rate: 1.0e-5\nmax_steps: 100\nval_size: 500\n"
        ),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        held = config.get("eval_split")
        if config.purpose != "train" or not held or not config.written("eval_split"):
            return
        streams = config.get("streaming") is True
        if config.dialect == "axolotl":
            streams = streams or truth(config, "pretraining_dataset") is True
        elif config.dialect != "llamafactory" or held >= 1:
            return
        if streams:
            yield Finding(
                f"{config.spelled('eval_split')} {held:g} of streamed data; {config.title} refuses it",
                **config.place("eval_split"),
            )
