from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.model.config_edit import fix, insert_beside
from ftlint.rule import Example, Rule

FP32_BY_DEFAULT = frozenset({"hf", "hf-arguments", "trl", "llamafactory"})
LLAMAFACTORY = (
    "model_name_or_path: Qwen/Qwen3-8B\nstage: sft\nfinetuning_type: lora\ntemplate: qwen\n"
    "dataset: identity\nlearning_rate: 1.0e-4\n"
)


class NoMixedPrecision(Rule[TrainingConfig]):
    """Training in float32 because neither bf16 nor fp16 is on.

    ## Why it matters
    Where both switches are left out, transformers and LLaMA-Factory train in float32: twice the memory of
    activations and weights, and a fraction of the speed, for a result that is no better.

    ## What to do
    Write `bf16: true` on Ampere and later GPUs (A100, L4, RTX 30 and newer), `fp16: true` on older ones. The
    fix writes `bf16: true`.

    Nothing is said where the weights are loaded in half precision, where a DeepSpeed file may decide, where
    the framework's default is bf16 (TRL since 0.24), and where a script of its own reads a file of TRL's keys
    that writes neither switch.

    ## References
    transformers 5.23, `training_args.py`: bf16 and fp16 default to false. LLaMA-Factory 0.9.5 warns of it,
    `hparams/parser.py`. TRL 1.16, `base_config.py`: bf16 is on unless fp16 is.
    """

    code = "CFG040"
    name = "no-mixed-precision"
    severity = Severity.WARNING
    fixable = "unsafe"
    help = "write bf16: true"
    bad = (Example(config=LLAMAFACTORY, config_name="lora.yaml"),)
    good = (
        Example(config=LLAMAFACTORY + "bf16: true\n", config_name="lora.yaml"),
        Example(config=LLAMAFACTORY + "pure_bf16: true\n", config_name="lora.yaml"),
        Example(config=LLAMAFACTORY + "deepspeed: ds_z2.json\n", note="its file may say it"),
        Example(
            config="model_name_or_path: Qwen/Qwen3-8B\nuse_bf16: true\nlearning_rate: 1.0e-5\n"
            "num_train_epochs: 1\nper_device_train_batch_size: 4\n",
            config_name="tune.yaml",
            note="left to the script",
        ),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        if config.purpose != "train" or config.dialect not in FP32_BY_DEFAULT:
            return
        if config.get("bf16") is not False or config.get("fp16") is not False:
            return
        decided = any(config.field(name).unknown or config.get(name) for name in ("deepspeed", "fsdp"))
        if decided or config.parts or config.get("precision") not in (None, "fp32"):
            return
        if config.field("model_dtype").unknown or config.get("model_dtype") in ("bf16", "fp16", "fp8"):
            return
        written = [name for name in ("bf16", "fp16", "model_dtype") if config.written(name)]
        if len(written) == 3:
            return
        if config.dialect == "trl" and not written and not config.has("tuning"):
            return
        mend = insert_beside(config, config.field("learning_rate").key, config.spelled("bf16"), True)
        yield Finding(
            "neither bf16 nor fp16 is on: it trains in float32",
            fix=fix("write bf16: true", mend, safe=False),
            **config.place("bf16", "fp16", "model_dtype", "learning_rate", "base_model"),
        )
