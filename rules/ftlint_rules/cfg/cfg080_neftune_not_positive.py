from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.rule import Example, Rule


class NeftuneNotPositive(Rule[TrainingConfig]):
    """NEFTune noise of zero or less.

    ## Why it matters
    Noise of strength zero is none, and less than zero is no strength. axolotl refuses the value; elsewhere
    the key says that NEFTune is on while it is not.

    ## What to do
    Take the key out, or write a strength of the paper's: 5, 10 or 15.

    It is an error in axolotl and for negative values, else an info.

    ## References
    NEFTune (arXiv 2310.05914). axolotl 0.18, `schemas/validation.py`, validate_neftune_noise_alpha.
    """

    code = "CFG080"
    name = "neftune-not-positive"
    severity = Severity.ERROR
    help = "take the key out, or write 5"
    bad = (
        Example(config={"learning_rate": 2e-4, "neftune_alpha": -5}),
        Example(config={"learning_rate": 2e-4, "neftune_alpha": 0}, note="an info"),
    )
    good = (Example(config={"learning_rate": 2e-4, "neftune_alpha": 5}),)

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        alpha = config.get("neftune_alpha")
        if alpha is None or alpha > 0 or not config.written("neftune_alpha"):
            return
        refused = config.dialect == "axolotl"
        what = "axolotl refuses it" if refused else "no noise is added"
        yield Finding(
            f"{config.spelled('neftune_alpha')} {alpha:g}: {what}",
            severity=None if refused or alpha < 0 else Severity.INFO,
            **config.place("neftune_alpha"),
        )
