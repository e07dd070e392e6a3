from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.model.training_config import placed
from ftlint.rule import Example, Rule
from ftlint_rules.cfg.refused_axolotl import axolotl_refuses
from ftlint_rules.cfg.refused_llamafactory import llamafactory_refuses

NEED_EVAL = frozenset({"reduce_lr_on_plateau", "greedy"})
AXOLOTL = (
    "base_model: Qwen/Qwen3-8B\nadapter: lora\nlora_r: 16\nlora_alpha: 32\nmicro_batch_size: 2\n"
    "gradient_accumulation_steps: 4\nsequence_len: 2048\nnum_epochs: 1\nlearning_rate: 5.0e-6\n"
    "datasets:\n  - path: data.jsonl\n    type: chat_template\n"
)
LLAMAFACTORY = (
    "model_name_or_path: Qwen/Qwen3-8B\nstage: sft\nfinetuning_type: lora\ntemplate: qwen\n"
    "dataset: identity\nlearning_rate: 1.0e-4\nbf16: true\n"
)


class RefusedCombination(Rule[TrainingConfig]):
    """Settings that the framework refuses together.

    ## Why it matters
    The framework validates the file when the job starts: after it has waited for its machine, and in a
    cluster after it has been paid for.

    ## What to do
    What the message says. Each case is a check of the framework's own that needs no GPU and no model.

    axolotl: KTO without `remove_unused_columns: false`, SimPO with `warmup_ratio`, a jinja template that is
    missing, layers to transform beside unfrozen parameters, ReLoRA without its steps or with sharding,
    context or tensor parallelism with what it cannot work with, mistral-common with tokens or a template,
    QAT with a quantised base, DPO losses without DPO, and exclusive pairs.
    LLaMA-Factory: options of SFT in other stages, options of LoRA in other tunings, PPO without a reward
    model, a quantised model with a new vocabulary, PiSSA or a second adapter, and exclusive pairs.
    transformers: a schedule that follows the evaluation loss, without evaluation.

    ## References
    axolotl 0.18, `utils/schemas/validation.py`, `config.py` and `peft.py`; LLaMA-Factory 0.9.5,
    `hparams/parser.py`, `data_args.py` and `finetuning_args.py`; transformers 5.23, `training_args.py`.
    """

    code = "CFG077"
    name = "refused-combination"
    severity = Severity.ERROR
    help = "take one of the two out"
    bad = (
        Example(config=AXOLOTL + "rl: kto\n"),
        Example(config=AXOLOTL + "chat_template: jinja\n"),
        Example(config=LLAMAFACTORY + "streaming: true\nmax_samples: 100\nmax_steps: 10\n"),
        Example(config=LLAMAFACTORY.replace("sft", "dpo") + "train_on_prompt: true\n"),
        Example(
            config={"learning_rate": 2e-4, "lr_scheduler": "reduce_lr_on_plateau", "eval_strategy": "no"}
        ),
    )
    good = (
        Example(config=AXOLOTL + "rl: kto\nremove_unused_columns: false\n"),
        Example(config=AXOLOTL + "chat_template: jinja\nchat_template_jinja: '{{ messages }}'\n"),
        Example(config=LLAMAFACTORY + "streaming: true\nmax_steps: 10\n"),
        Example(
            config={"learning_rate": 2e-4, "lr_scheduler": "reduce_lr_on_plateau", "eval_strategy": "epoch"}
        ),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        if config.launched:
            return
        for key, message in _refused(config):
            entry = config.entry(key)
            place = placed(config.path, entry.value.range) if entry is not None else config.top
            yield Finding(f"{message}; {config.title} refuses the file", **place)
        schedule = config.get("lr_scheduler")
        if config.purpose == "train" and schedule in NEED_EVAL and config.get("eval_strategy") == "no":
            yield Finding(
                f"{schedule} follows the evaluation loss, and no evaluation runs",
                **config.place("lr_scheduler"),
            )


def _refused(config: TrainingConfig) -> Iterator[tuple[str, str]]:
    if config.dialect == "axolotl" and config.purpose == "train":
        yield from axolotl_refuses(config)
    elif config.dialect == "llamafactory" and config.purpose in ("train", "evaluate"):
        yield from llamafactory_refuses(config)
