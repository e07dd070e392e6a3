from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.rule import Example, Rule

HEAD = "base_model: Qwen/Qwen3-8B\nlearning_rate: 2.0e-4\nnum_epochs: 3\n"


class BrokenConfig(Rule[TrainingConfig]):
    """A training config that cannot be parsed.

    ## Why it matters
    The job fails before it loads the model: often only after it has waited for its machine.

    ## What to do
    Mend the text at the place named. Usual causes are a tab for indentation, a colon and a blank inside an
    unquoted value, a bracket or quote that is not closed, and in JSON a comment or a comma too many.

    ## References
    YAML 1.1 and 1.2: indentation is never a tab. JSON: RFC 8259. A file counts as a training config here
    when at least three keys of trainings stand in it; files with Jinja blocks are left alone.
    """

    code = "CFG030"
    name = "broken-config"
    severity = Severity.ERROR
    help = "mend the syntax at this place"
    bad = (
        Example(config=HEAD + "lora_target_modules: [q_proj, v_proj\nadapter: lora\n"),
        Example(config=HEAD + "\tadapter: lora\n", note="a tab"),
        Example(
            config='{\n  "learning_rate": 2e-4,\n  "num_train_epochs": 3,\n  "output_dir": "out",\n}',
            config_name="args.json",
            note="a comma before the bracket",
        ),
    )
    good = (
        Example(config=HEAD + "lora_target_modules: [q_proj, v_proj]\nadapter: lora\n"),
        Example(config=HEAD + "{% if lora %}\nadapter: lora\n{% endif %}\n", note="a template"),
        Example(config=HEAD + "---\n" + HEAD, note="several documents: no config by its form"),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        broken = config.broken
        if broken is not None:
            yield Finding(
                f"cannot be parsed: {broken.message}",
                path=config.path,
                line=broken.line,
                column=broken.column,
                offset=broken.offset,
            )
