from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.model.config_edit import fix, replace_text
from ftlint.rule import Example, Rule

FIELDS = ("eval_strategy", "save_strategy")
LLAMAFACTORY = "model_name_or_path: Qwen/Qwen3-8B\nstage: sft\nfinetuning_type: lora\ntemplate: qwen\n"


class TextReadAsBoolean(Rule[TrainingConfig]):
    """A strategy `no` without quotes, which YAML reads as false.

    ## Why it matters
    To YAML 1.1 the words `no` and `off` are the boolean false, to PyYAML and OmegaConf alike.
    `save_strategy: no` hands false to the framework, and false is no strategy: transformers refuses it
    ("False is not a valid SaveStrategy"), axolotl's schema asks for a text.

    ## What to do
    Write `"no"` in quotes, as the recipes of the frameworks do.

    ## References
    transformers 5.23, `training_args.py`: the strategies are made into enums of texts; axolotl 0.18,
    `schemas/config.py`: `eval_strategy` and `save_strategy` are texts. Measured on public configs: 25 files
    quote it, 2 do not.
    """

    code = "CFG033"
    name = "text-read-as-boolean"
    severity = Severity.ERROR
    fixable = "safe"
    help = 'write "no" in quotes'
    bad = (Example(config=LLAMAFACTORY + "dataset: identity\nsave_strategy: no\n", config_name="lora.yaml"),)
    good = (
        Example(config=LLAMAFACTORY + 'dataset: identity\nsave_strategy: "no"\n', config_name="lora.yaml"),
        Example(config=LLAMAFACTORY + "dataset: identity\ndo_eval: no\n", note="a flag may be one"),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        for name in FIELDS:
            field = config.field(name)
            if not field.written or not isinstance(field.loaded, bool) or field.range is None:
                continue
            word = field.raw.lower()
            if word not in ("no", "off"):
                continue
            yield Finding(
                f"{field.key} {field.raw} is the boolean false to YAML, not a strategy",
                fix=fix('write "no"', replace_text(field.range, '"no"'), safe=True),
                **config.place(name),
            )
