from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Training, TrainingConfig
from ftlint.rule import Example, Rule, Severity
from ftlint_rules.fit.served import at, pairs, related, title, trained

LORA = {"base_model": "Qwen/Qwen2.5-7B", "method": "sft", "tuning": "lora", "lora_rank": 16}
BF16 = {**LORA, "precision": "bf16", "output_dir": "out/support"}
TYPES = ("precision", "bf16", "fp16", "model_dtype")
WHY = {
    ("bf16", "fp16"): "values above 65,504 overflow there",
    ("fp16", "bf16"): "bf16 keeps 8 bits of a value where fp16 has 11",
}


class PrecisionMismatch(Rule[Training]):
    """A model is trained in one 16-bit type and served in the other.

    ## Why it matters
    bfloat16 and float16 split their 16 bits differently: bf16 has the range of float32 and 8 bits of
    precision, fp16 has 11 bits and ends at 65,504. A model that was trained in bf16 may overflow in fp16,
    which shows as wrong or empty answers on some inputs only; the other way round each weight is rounded once
    more. An evaluation that ran in the type of the training sees neither.

    ## What to do
    Serve in the type of the training (`--dtype bfloat16`), or evaluate in the type you serve in. On a GPU
    without bf16 (T4, V100) train in fp16 from the start, for a model that bears it.

    The training's type is its compute precision, else the type its weights are loaded in; float32 on either
    side is no finding, quantised serving is `quantised-serving-of-adapter`. Needs to know how the model is
    served: `[serve]`, `[[training]] serve`, or a launch file that names the training's output.

    ## References
    IEEE 754 half precision: largest value 65,504. vLLM takes `--dtype auto` from the model's config.json, so
    that no flag is right most of the time; `--dtype half` is what old recipes for T4 and V100 say.
    axolotl issue 2326 and transformers issue 30559 for models that fail in fp16.
    """

    code = "FIT040"
    name = "precision-mismatch"
    severity = Severity.WARNING
    help = "serve in the type of the training, or evaluate in the type you serve in"
    bad = (
        Example(config=BF16, files={"serve.sh": "vllm serve out/support --dtype half\n"}),
        Example(config=BF16, settings='[serve]\nengine = "vllm"\ndtype = "fp16"'),
        Example(
            config={**LORA, "precision": "fp16"},
            files={
                "ftlint.toml": '[serve]\nfile = "deploy/vllm.yaml"\n',
                "deploy/vllm.yaml": "model: x/y\nmax-model-len: 4096\nmax-num-seqs: 8\ndtype: bfloat16\n",
            },
        ),
    )
    good = (
        Example(config=BF16, files={"serve.sh": "vllm serve out/support --dtype bfloat16\n"}),
        Example(config=BF16, files={"serve.sh": "vllm serve out/support\n"}, note="auto: as the model says"),
        Example(config=BF16, files={"serve.sh": "vllm serve other/model --dtype half\n"}),
        Example(config={**LORA, "precision": "fp32"}, settings='[serve]\ndtype = "bf16"'),
        Example(config=BF16, note="nothing is known of how it is served"),
    )

    def check(self, training: Training) -> Iterator[Finding]:
        for config, serving in pairs(training):
            kind = trained_type(config)
            why = WHY.get((kind, serving.dtype))
            if why is None:
                continue
            served = f"served in {serving.dtype}{at(serving, 'dtype')} by {title(serving)}"
            yield Finding(
                f"trained in {kind}{trained(config, *TYPES)}, {served}: {why}",
                related=related(serving, "dtype"),
                **config.place(*TYPES),
            )


def trained_type(config: TrainingConfig) -> str:
    """The 16-bit type a training computes in, "" for another or an unknown one."""
    for field in ("precision", "model_dtype"):
        if config.field(field).unknown:
            return ""
        if config.get(field):
            return str(config.get(field)) if config.get(field) in ("bf16", "fp16") else ""
    return ""
