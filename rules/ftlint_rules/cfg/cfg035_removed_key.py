from __future__ import annotations

from collections.abc import Iterator

from ftlint.facts.dialects import dialect_facts
from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.model.config_keys import present
from ftlint.model.training_config import placed
from ftlint.rule import Example, Rule
from ftlint_rules.cfg.declared import advice, judged

LLAMAFACTORY = (
    "model_name_or_path: Qwen/Qwen3-8B\nstage: sft\nfinetuning_type: lora\ntemplate: qwen\n"
    "dataset: identity\nlearning_rate: 1.0e-4\nsave_safetensors: true\n"
)


class RemovedKey(Rule[TrainingConfig]):
    """A key that the framework has taken away and replaced by nothing.

    ## Why it matters
    A framework that knows no such key refuses the file, or ignores the key: then the run does something else
    than the file says.

    ## What to do
    Remove the key, or do what the message says. Declare the installed version, so that this rule knows what
    holds: `[versions]` in `ftlint.toml`, as in `transformers = "5.23"`.

    It is an error where the declared version has removed the key, a warning where it deprecates it, and an
    info where no version is declared.

    ## References
    The tables `facts/dialects/*.toml` of this package, each entry with its source. transformers 5 removed
    overwrite_output_dir, logging_dir, save_safetensors, no_cuda and more of `TrainingArguments`; axolotl
    raises on max_packed_sequence_len and on rope_scaling at the top.
    """

    code = "CFG035"
    name = "removed-key"
    severity = Severity.ERROR
    help = "remove the key, or write what takes its place"
    bad = (
        Example(config=LLAMAFACTORY, settings='[versions]\ntransformers = "5.23"\n'),
        Example(config=LLAMAFACTORY, note="no version is declared: an info"),
    )
    good = (Example(config=LLAMAFACTORY, settings='[versions]\ntransformers = "4.49"\n'),)

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        for known in dialect_facts(config.dialect).renamed:
            entry = config.entry(known.key)
            if known.to or entry is None or not present(config, known.key):
                continue
            severity, since = judged(config, known)
            if severity is not None:
                note = f"; today: {known.note}" if known.note else ""
                yield Finding(
                    f"{known.key}: {since}{note}",
                    severity=severity,
                    help=advice(known, severity, self.help),
                    **placed(config.path, entry.key.range),
                )
