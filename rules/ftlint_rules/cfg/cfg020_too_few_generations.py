from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.rule import Example, Rule
from ftlint_rules.cfg.batch import Batch, batch
from ftlint_rules.cfg.warmup import HF

GRPO = {"method": "grpo", "tuning": "full", "learning_rate": 1e-6}
GROUP = {"num_generations": 8}

GROUPED = frozenset({"grpo", "gspo", "gdpo", "rloo"})
"""Methods that hold each completion against others of the same prompt."""

OWN_BATCHES = ("generation_batch_size", "steps_per_generation")
"""Keys that set the generated batch apart from the trained one."""


AXOLOTL = (
    "base_model: Qwen/Qwen3-1.7B\nrl: grpo\ndatasets:\n  - path: openai/gsm8k\n    type: rewards.prompt\n"
    "sequence_len: 1024\nmicro_batch_size: 1\ngradient_accumulation_steps: 2\nlearning_rate: 0.000005\n"
    "num_epochs: 1\ntrl:\n  reward_funcs: [rewards.exact]\n  num_generations: %s\n"
)


class TooFewGenerations(Rule[TrainingConfig]):
    """A group of completions that cannot be compared, or that does not fill the batch.

    ## Why it matters
    GRPO and RLOO score a completion against the others of its prompt. With one there is nothing to compare:
    every advantage is 0. A batch must hold whole groups, else TRL and axolotl do not start.

    ## What to do
    4 to 16 completions for each prompt, and a batch (devices x per device x accumulated) that they divide.

    ## References
    TRL: "requires at least 2 generations per prompt", and the generated batch must be divisible by
    `num_generations` (`GRPOConfig.__post_init__`); its default is 8. axolotl 0.18 asks the same of
    `micro_batch_size` x `gradient_accumulation_steps` before it starts
    (`check_grpo_batch_size_divisibility`). In TRL the number of devices counts, too: where the config does
    not say it, the batch is not judged. On-policy distillation with a teacher needs one completion alone.
    """

    code = "CFG020"
    name = "too-few-generations"
    severity = Severity.ERROR
    help = "sample at least 2 completions, in a number that divides the batch"
    bad = (
        Example(config={**GRPO, "num_generations": 1}),
        Example(config={**GRPO, **GROUP, "micro_batch_size": 2, "gradient_accumulation": 2, "world_size": 3}),
        Example(config=AXOLOTL % 4, config_name="axolotl.yaml", note="axolotl counts one device"),
    )
    good = (
        Example(config=AXOLOTL % 2, config_name="axolotl.yaml"),
        Example(config={**GRPO, "num_generations": 8, "micro_batch_size": 2, "world_size": 4}),
        Example(config={**GRPO, "num_generations": 8, "micro_batch_size": 1}, note="devices unknown"),
        Example(config={**GRPO, "method": "ppo", "num_generations": 1}),
        Example(config={**GRPO, "num_generations": 1, "teacher_model": "Qwen/Qwen3-32B"}),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        count = config.get("num_generations")
        if config.purpose != "train" or count is None or config.get("method") not in GROUPED:
            return
        if not config.written("num_generations") or config.has("teacher_model"):
            return
        if count < 2:
            yield Finding(
                f"{count} completion{'' if count == 1 else 's'} for each prompt; there is nothing to compare "
                "it with, at least 2 are needed",
                **config.place("num_generations"),
            )
            return
        found = batch(config)
        if found is None or not _judged(config, found) or found.examples % count == 0:
            return
        yield Finding(
            f"{count} completions for each prompt do not divide a batch of {found.examples} ({found.said})",
            **config.place("num_generations"),
        )


def _judged(config: TrainingConfig, found: Batch) -> bool:
    """Whether the framework refuses a batch that the group does not divide, and the batch is known."""
    if any(path.rpartition(".")[2] in OWN_BATCHES for path, _ in config.tree.walk()):
        return False
    if config.dialect == "axolotl":
        return True
    return found.world is not None and config.dialect in HF
