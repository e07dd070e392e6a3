from __future__ import annotations

import re
from collections.abc import Iterator

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.model.config_fields import FIELDS
from ftlint.rule import Example, Rule

_OCTAL = re.compile(r"[-+]?0[0-7_]+")
_SIXTY = re.compile(r"[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+")


class NumberInAnotherBase(Rule[TrainingConfig]):
    """A number that YAML reads in base 8 or base 60.

    ## Why it matters
    To YAML 1.1 a leading zero makes a number octal and colons make it sexagesimal: `seed: 010` is 8 and
    `max_steps: 1:30` is 90. Nothing tells that another number is trained with than the file seems to say.

    ## What to do
    Write the number in decimal, without the leading zero.

    ## References
    YAML 1.1, `int` type. Measured with PyYAML 6.0.3 and OmegaConf, which read `010` as 8 and `1:30` as 90;
    ruamel.yaml 0.19.1 (YAML 1.2) reads 10 and a text.
    """

    code = "CFG034"
    name = "number-in-another-base"
    severity = Severity.WARNING
    help = "write it in decimal"
    bad = (
        Example(config="ftlint: 1\nlearning_rate: 2.0e-4\nseed: 010\n"),
        Example(config="ftlint: 1\nlearning_rate: 2.0e-4\nmax_steps: 1:30\n"),
    )
    good = (
        Example(config="ftlint: 1\nlearning_rate: 2.0e-4\nseed: 10\nmax_steps: 0\n"),
        Example(config="ftlint: 1\nlearning_rate: 2.0e-4\nseed: 09\n", note="9 is no octal digit: a text"),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        if config.loader not in ("yaml-1.1", "omegaconf"):
            return
        for name, field in config.fields.items():
            number = field.loaded
            if not field.written or FIELDS[name].kind == "text" or isinstance(number, bool):
                continue
            if not isinstance(number, int) or field.raw.strip("+-") == str(abs(number)):
                continue
            base = 8 if _OCTAL.fullmatch(field.raw) else 60 if _SIXTY.fullmatch(field.raw) else 0
            if base:
                yield Finding(
                    f"{field.key} {field.raw} is {number}: read in base {base}", **config.place(name)
                )
