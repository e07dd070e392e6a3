from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.model.training_config import placed
from ftlint.rule import Example, Rule

LISTS = ("datasets", "test_datasets", "pretraining_dataset")
HEAD = (
    "base_model: Qwen/Qwen3-8B\nadapter: lora\nmicro_batch_size: 2\ngradient_accumulation_steps: 4\n"
    "sequence_len: 2048\nnum_epochs: 1\nlearning_rate: 2.0e-4\ndatasets:\n  - path: data.jsonl\n"
)


class RemovedDatasetType(Rule[TrainingConfig]):
    """A dataset of type sharegpt, which axolotl no longer reads.

    ## Why it matters
    axolotl raises on `type: sharegpt` and its variants before it loads the model: the type was replaced by
    `chat_template`, which formats conversations with the model's own template.

    ## What to do
    Write `type: chat_template`. For rows that keep their turns under `conversations` with `from` and
    `value`, add `field_messages: conversations` and map role to from and content to value under
    `message_property_mappings`.

    It is an error with axolotl 0.5 or later declared under `[versions]`, else a warning: the recipe may be
    run with the old release that it was written for.

    ## References
    axolotl 0.18, `schemas/validation.py`: types that start with sharegpt raise. Measured: 11 public configs
    still use it.
    """

    code = "CFG037"
    name = "removed-dataset-type"
    severity = Severity.WARNING
    help = "write type: chat_template and map the columns"
    bad = (
        Example(config=HEAD + "    type: sharegpt\n"),
        Example(config=HEAD + "    type: sharegpt.load_role\n", settings='[versions]\naxolotl = "0.18"\n'),
    )
    good = (
        Example(config=HEAD + "    type: chat_template\n"),
        Example(config=HEAD + "    type: sharegpt\n", settings='[versions]\naxolotl = "0.4.1"\n'),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        if config.dialect != "axolotl":
            return
        version = config.versions.get("axolotl", "")
        old = version.startswith(("0.0", "0.1.", "0.2", "0.3", "0.4"))
        if old:
            return
        for name in LISTS:
            listed = config.tree.at(name)
            for item in listed.items if listed is not None else ():
                kind = item.at("type")
                if kind is None or kind.kind != "scalar" or not kind.text.startswith("sharegpt"):
                    continue
                yield Finding(
                    "type sharegpt is gone from axolotl since 0.5; it raises",
                    severity=Severity.ERROR if version else None,
                    **placed(config.path, kind.range),
                )
