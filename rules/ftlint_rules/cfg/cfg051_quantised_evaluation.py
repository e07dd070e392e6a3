from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.rule import Example, Rule

LLAMAFACTORY = (
    "model_name_or_path: Qwen/Qwen3-8B\nadapter_name_or_path: saves/lora\ntemplate: fewshot\n"
    "finetuning_type: lora\ntask: mmlu_test\nlang: en\nn_shot: 5\n"
)


class QuantisedEvaluation(Rule[TrainingConfig]):
    """An evaluation of a model that is loaded in 4 or 8 bit.

    ## Why it matters
    The score is that of the quantised model, and lower than what the model can do. Beside a baseline that
    was measured in bfloat16 it says nothing about the fine-tune.

    ## What to do
    Evaluate in the precision that the model is served in, base and tuned alike. It is an info: where the
    model is served in 4 bit this is right.

    ## References
    LLaMA-Factory 0.9.5, `hparams/parser.py`: it warns that evaluating in 4 or 8 bit may lower scores.
    """

    code = "CFG051"
    name = "quantised-evaluation"
    severity = Severity.INFO
    help = "evaluate in the precision that is served"
    bad = (Example(config=LLAMAFACTORY + "quantization_bit: 4\n"),)
    good = (Example(config=LLAMAFACTORY),)

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        if config.purpose != "evaluate":
            return
        field = next((name for name in ("load_in_4bit", "load_in_8bit") if config.get(name) is True), "")
        if field:
            bits = "4" if field == "load_in_4bit" else "8"
            yield Finding(f"the model is evaluated in {bits} bit: its score is lower", **config.place(field))
