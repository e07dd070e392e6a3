from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.model.config_keys import present
from ftlint.rule import Example, Rule

TRAINABLE = (
    *("peft_trainable_token_indices", "trainable_token_indices", "peft.trainable_token_indices"),
    *("lora_trainable_token_indices", "unfrozen_parameters"),
)
EMBEDDINGS = ("embed", "wte", "lm_head", "all")
ADDS_THEM = frozenset({"llamafactory"})
LORA = {"tuning": "lora", "lora_rank": 16, "learning_rate": 2e-4, "new_tokens": ("<tool>", "</tool>")}


class NewTokensUntrained(Rule[TrainingConfig]):
    """Tokens added to the vocabulary, with an adapter that does not train them.

    ## Why it matters
    A new token starts with a random embedding. LoRA leaves the embeddings as they are, so it stays random:
    the model reads noise where the token stands and can hardly ever write it. The run looks normal.

    ## What to do
    Train the embeddings beside the adapter (`lora_modules_to_save: [embed_tokens, lm_head]`) or only the new
    rows (`peft_trainable_token_indices`). Where input and output embeddings are tied, name both and save
    them together. Or use words that the vocabulary has.

    Only lists of added tokens count; a `special_tokens` block that names the pad or end token adds nothing,
    most of the time. LLaMA-Factory is left out: it trains the embeddings when it grows them.

    ## References
    PEFT pull requests 337 and 2898, LLaMA-Factory issue 6446 (tied embeddings). Measured: any
    `special_tokens` block would be wrong in 68 of 92 public configs with one, added tokens in 1 of 12.
    """

    code = "CFG071"
    name = "new-tokens-untrained"
    severity = Severity.ERROR
    help = "train embed_tokens and lm_head, or the rows of the new tokens"
    bad = (
        Example(config=LORA),
        Example(config={**LORA, "lora_targets": ("q_proj", "v_proj"), "modules_to_save": ("score",)}),
    )
    good = (
        Example(config={**LORA, "modules_to_save": ("embed_tokens", "lm_head")}),
        Example(config={**LORA, "lora_targets": ("q_proj", "embed_tokens")}),
        Example(config={**LORA, "tuning": "full"}),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        tokens = config.get("new_tokens")
        if config.purpose != "train" or not tokens or not config.adapter or config.dialect in ADDS_THEM:
            return
        for name in ("modules_to_save", "lora_targets"):
            if config.field(name).unknown or any(_embeds(word) for word in config.get(name) or ()):
                return
        if any(present(config, key) for key in TRAINABLE):
            return
        count = "1 token is" if len(tokens) == 1 else f"{len(tokens)} tokens are"
        yield Finding(
            f"{count} added, but the adapter trains no embeddings: they stay random",
            **config.place("new_tokens"),
        )


def _embeds(module: str) -> bool:
    return module != "all-linear" and any(part in module for part in EMBEDDINGS)
