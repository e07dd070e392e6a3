from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Related, Severity, TrainingConfig
from ftlint.model.config_edit import comment_out, fix
from ftlint.model.training_config import Duplicate, placed
from ftlint.rule import Example, Rule

REFUSE = {"omegaconf": "OmegaConf", "yaml-1.2": "a YAML 1.2 loader"}
HEAD = "base_model: Qwen/Qwen3-8B\nadapter: lora\nmicro_batch_size: 2\nsequence_len: 2048\nnum_epochs: 1\n"


class DuplicateConfigKey(Rule[TrainingConfig]):
    """A key written twice in one map.

    ## Why it matters
    PyYAML and most readers of JSON keep the last value and say nothing, so one of the two never counts; a
    person who changes the first one changes nothing. OmegaConf (LLaMA-Factory, torchtune, oumi) and YAML
    1.2 loaders refuse the file.

    ## What to do
    Keep the line that is meant and delete the other. The fix makes a comment of the earlier one, which is
    the one that does not count today.

    It is an error where the framework's loader refuses the file. Where it takes it, it is a warning if the
    two values differ and an info if they are equal.

    ## References
    Measured: of 1,530 public YAML configs 8 write a key twice; PyYAML 6.0.3 takes all of them, OmegaConf and
    ruamel.yaml 0.19.1 none. YAML 1.2.2, 3.2.1.3: keys of a map are unique.
    """

    code = "CFG031"
    name = "duplicate-config-key"
    severity = Severity.WARNING
    fixable = "unsafe"
    help = "keep one of the two lines"
    bad = (
        Example(config=HEAD + "learning_rate: 2.0e-4\nseed: 1\nlearning_rate: 1.0e-5\n"),
        Example(config={"learning_rate": 2e-4}, files={"x.yaml": "ftlint: 1\nseed: 1\n# a\nseed: 1\n"}),
        Example(
            config='{"learning_rate": 1e-5, "base_model": "a/b", "ftlint": "1", "seed": 1, "seed": 2}',
            config_name="config.json",
        ),
    )
    good = (
        Example(
            config=HEAD + "datasets:\n  - path: a/b\n    type: alpaca\n  - path: c/d\n    type: alpaca\n"
        ),
        Example(config="base: &base\n  seed: 1\nftlint: 1\n<<: *base\nseed: 2\n", note="a merge"),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        for twice in config.duplicates:
            refuses = REFUSE.get(config.loader)
            equal = _equal(config, twice)
            what = f"{refuses} refuses the file" if refuses else "the last one counts"
            same = "with the same value" if equal else "with another value"
            yield Finding(
                f"{twice.path} is written in line {twice.first.line} already, {same}; {what}",
                severity=Severity.ERROR if refuses else Severity.INFO if equal else None,
                related=Related(config.path, line=twice.first.line),
                fix=fix(f"make a comment of line {twice.first.line}", comment_out(config, twice), safe=False),
                **placed(config.path, twice.again),
            )


def _equal(config: TrainingConfig, twice: Duplicate) -> bool:
    again = [entry for _, entry in config.tree.walk() if entry.key.range.start == twice.again.start]
    first = twice.first_value
    if not again or first is None or first.kind != "scalar":
        return False
    return again[0].value.kind == "scalar" and again[0].value.text == first.text
