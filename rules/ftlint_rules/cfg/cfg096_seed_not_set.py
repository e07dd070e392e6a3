from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Fix, Severity, Training, TrainingConfig
from ftlint.model.config_edit import fix, insert_among, replace_text
from ftlint.model.training_config import placed
from ftlint.rule import Example, Rule
from ftlint_rules.cfg.policies import CONFIG

SEED = "[policy]\nrequire-seed = true\n"
USUAL = 42
"""Fields beside whose key the seed may stand."""


class SeedNotSet(Rule[Training]):
    """No seed is written, which the company's policy asks for.

    ## Why it matters
    The seed decides how rows are shuffled, what a trainer holds out for evaluation and how an adapter starts.
    A run whose seed nobody knows cannot be repeated, and two runs that differ cannot be told from luck.

    ## What to do
    Write the seed. The fix writes the framework's own default where it has one, so that nothing changes, and
    42 where it has none.

    ## References
    Nothing is asked as long as `[policy] require-seed` is not set. A default is not enough: 901 of 1,026
    public configs write no seed, and most frameworks then take 42, but defaults change with versions.
    torchtune's recipes leave it unset. Some services take no seed; that cannot be mended in the config.
    """

    code = "CFG096"
    name = "seed-not-set"
    severity = Severity.ERROR
    fixable = "unsafe"
    help = "write the seed"
    bad = (
        Example(config=CONFIG, settings=SEED),
        Example(config="ftlint: 1\nbase_model: Qwen/Qwen3-8B\nseed: null\n", settings=SEED),
    )
    good = (
        Example(config={**CONFIG, "seed": 0}, settings=SEED),
        Example(config={**CONFIG, "seed": "${SEED}"}, settings=SEED),
        Example(config=CONFIG, note="no policy"),
    )

    def check(self, training: Training) -> Iterator[Finding]:
        config = training.config
        if config is None or training.policy is None or not training.policy.require_seed:
            return
        if config.written("seed"):
            return
        default = config.get("seed")
        known = f" (default {default:g})" if isinstance(default, int | float) else ""
        can = "" if config.spelling.get("seed") else f"; {config.title or config.dialect} takes none"
        entry = config.entry(config.spelling.get("seed", "seed"))
        where = placed(config.path, entry.key.range) if entry else config.top
        yield Finding(f"no seed is written{known}{can}", fix=_fix(config, default), **where)


def _fix(config: TrainingConfig, default: object) -> Fix | None:
    """Write the default, which changes nothing; else the usual one."""
    key = config.spelling.get("seed")
    if not key:
        return None
    value = default if isinstance(default, int) else USUAL
    entry = config.entry(key)
    if entry is not None:
        null = entry.value.kind == "scalar" and entry.value.text.lower() in ("null", "none", "~")
        return fix(f"set {value}", replace_text(entry.value.range, str(value)), safe=False) if null else None
    return fix(f"write {value}", insert_among(config, key, value), safe=False)
