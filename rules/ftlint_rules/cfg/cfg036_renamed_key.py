from __future__ import annotations

from collections.abc import Iterator

from ftlint.facts.dialects import Renamed, dialect_facts
from ftlint.model import Finding, Fix, Severity, TrainingConfig
from ftlint.model.config_edit import fix, rename_key
from ftlint.model.config_keys import present
from ftlint.model.training_config import placed
from ftlint.rule import Example, Rule
from ftlint_rules.cfg.declared import advice, judged

LLAMAFACTORY = (
    "model_name_or_path: Qwen/Qwen3-8B\nstage: sft\nfinetuning_type: lora\ntemplate: qwen\n"
    "dataset: identity\nlearning_rate: 1.0e-4\nevaluation_strategy: steps\n"
)


class RenamedKey(Rule[TrainingConfig]):
    """A key by a name that the framework no longer uses.

    ## Why it matters
    After a rename the old key warns for some releases. Then it is refused or, worse, ignored: training goes
    on with the default.

    ## What to do
    Write the new name. The fix renames the key and leaves its value. It is safe where the declared version
    knows the new name and the value means the same. Declare the installed version, so that this rule knows
    what holds: `[versions]` in `ftlint.toml`, as in `transformers = "5.23"`.

    It is an error where the declared version has removed the old name, a warning where it deprecates it,
    and an info where no version is declared.

    ## References
    The tables `facts/dialects/*.toml` of this package, each entry with its source. Measured on public
    configs: 69 write `evaluation_strategy`, which transformers renamed in 4.41 and has since removed.
    """

    code = "CFG036"
    name = "renamed-key"
    severity = Severity.ERROR
    fixable = "safe"
    help = "write the key's name of today"
    bad = (
        Example(config=LLAMAFACTORY, settings='[versions]\ntransformers = "5.23"\n'),
        Example(config=LLAMAFACTORY, settings='[versions]\ntransformers = "4.42"\n', note="a warning"),
        Example(config=LLAMAFACTORY, note="no version is declared: an info"),
    )
    good = (
        Example(config=LLAMAFACTORY, settings='[versions]\ntransformers = "4.40"\n'),
        Example(config=LLAMAFACTORY.replace("evaluation_strategy", "eval_strategy")),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        for known in dialect_facts(config.dialect).renamed:
            entry = config.entry(known.key)
            if not known.to or entry is None or not present(config, known.key):
                continue
            severity, since = judged(config, known)
            if severity is None:
                continue
            both = ", and both are written" if config.entry(_new(known)) is not None else ""
            note = f"; {known.note}" if known.note else ""
            yield Finding(
                f"{known.key} is {known.to} today{both}: {since}{note}",
                severity=severity,
                help=advice(known, severity, self.help),
                fix=_renamed(config, known, sure=severity > Severity.INFO),
                **placed(config.path, entry.key.range),
            )


def _new(known: Renamed) -> str:
    """The new key, dotted; one without a dot stands beside the old one."""
    above, dot, _ = known.key.rpartition(".")
    return known.to if "." in known.to else f"{above}{dot}{known.to}"


def _renamed(config: TrainingConfig, known: Renamed, sure: bool) -> Fix | None:
    """The rename, where the new key stands in the same map and the value needs no change."""
    above, _, name = _new(known).rpartition(".")
    if known.note or above != known.key.rpartition(".")[0]:
        return None
    return fix(f"write {name}", rename_key(config, known.key, name), safe=sure)
