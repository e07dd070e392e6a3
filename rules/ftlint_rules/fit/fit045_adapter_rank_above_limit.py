from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Fix, Training
from ftlint.model.config_edit import fix, replace_text
from ftlint.model.serving import Serving
from ftlint.model.training_config import placed
from ftlint.rule import Example, Rule, Severity
from ftlint_rules.fit.served import at, pairs, related, title

LORA = {"base_model": "Qwen/Qwen2.5-7B", "method": "sft", "tuning": "lora", "output_dir": "out/support"}
RANKS = (1, 8, 16, 32, 64, 128, 256, 320, 512)
"""What vLLM takes for `--max-lora-rank`."""


class AdapterRankAboveLimit(Rule[Training]):
    """An adapter of a higher rank than the server takes.

    ## Why it matters
    vLLM reserves room for adapters of one highest rank, 16 unless told, and refuses to load a larger one: the
    training is done, and the server stops with "LoRA rank 64 is greater than max_lora_rank 16".

    ## What to do
    Start it with `--max-lora-rank` of the adapter's rank or the next that vLLM takes (1, 8, 16, 32, 64, 128,
    256, 320, 512), or merge the adapter.

    Only where base and adapter are served apart. `[serve] lora-rank` says the limit where no file does.
    SGLang takes the rank from the adapters it is started with unless `--max-lora-rank` is written.

    ## References
    vLLM, `vllm/config/lora.py`: `max_lora_rank` is 16, and the values it takes; `vllm/lora/peft_helper.py`:
    the check. SGLang, docs/advanced_features/lora.ipynb.
    """

    code = "FIT045"
    name = "adapter-rank-above-limit"
    severity = Severity.ERROR
    fixable = "unsafe"
    help = "start the server with --max-lora-rank of the adapter's rank, or merge the adapter"
    bad = (
        Example(config={**LORA, "lora_rank": 64}, settings='[serve]\nengine = "vllm"\nmerged = "adapter"'),
        Example(
            config={**LORA, "lora_rank": 64},
            files={"serve.sh": "vllm serve Qwen/Qwen2.5-7B --enable-lora --lora-modules s=out/support\n"},
        ),
        Example(
            config={**LORA, "lora_rank": 64},
            files={
                "serve.sh": "vllm serve Qwen/Qwen2.5-7B --lora-modules s=out/support --max-lora-rank 32\n"
            },
        ),
    )
    good = (
        Example(
            config={**LORA, "lora_rank": 64},
            settings='[serve]\nengine = "vllm"\nmerged = "adapter"\nlora-rank = 64',
        ),
        Example(
            config={**LORA, "lora_rank": 64},
            files={
                "serve.sh": "vllm serve Qwen/Qwen2.5-7B --lora-modules s=out/support --max-lora-rank 64\n"
            },
        ),
        Example(
            config={**LORA, "lora_rank": 64},
            files={"serve.sh": "vllm serve out/support\n"},
            note="merged, as far as the file tells",
        ),
        Example(
            config={**LORA, "lora_rank": 16},
            files={"serve.sh": "vllm serve Qwen/Qwen2.5-7B --lora-modules s=out/support\n"},
        ),
    )

    def check(self, training: Training) -> Iterator[Finding]:
        for config, serving in pairs(training):
            rank, limit = config.get("lora_rank"), serving.lora_rank
            if serving.merged is not False or not config.adapter or not rank or not limit or rank <= limit:
                continue
            most = f"{limit} at most{at(serving, 'lora_rank')}"
            message = f"adapter of rank {int(rank)}, {title(serving)} takes {most}: it will not load"
            place = serving.places.get("lora_rank")
            if place is None:
                yield Finding(
                    message, related=related(serving, "adapter"), **config.place("lora_rank", "tuning")
                )
            else:
                yield Finding(message, fix=_raised(serving, int(rank)), **placed(serving.path, place))


def _raised(serving: Serving, rank: int) -> Fix | None:
    """The next limit that vLLM takes in the place of the one that is written."""
    taken = next((each for each in RANKS if each >= rank), None)
    place = serving.places["lora_rank"]
    if taken is None or place.end <= place.start:
        return None
    return fix(f"set {taken}", replace_text(place, str(taken)), safe=False)
