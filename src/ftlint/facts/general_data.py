"""Public data sets of general instructions or text, by name: mixed in so that a model keeps its skills.

Their cards call them general-purpose: many tasks, no one domain. As of 2026-11; a name that is not here says
nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache

_NAMES = (
    # instructions
    *("alpaca", "ultrachat", "openhermes", "slimorca", "openorca", "tulu", "dolly", "databricks-dolly"),
    *("oasst", "openassistant", "sharegpt", "wizardlm_evol", "wizard_vicuna", "lima", "no_robots"),
    *(
        "smoltalk",
        "smol-smoltalk",
        "capybara",
        "infinity-instruct",
        "magpie",
        "llama-3-magpie",
        "flan",
        "natural-instructions",
    ),
    *("super-natural-instructions", "belle", "firefly", "evol-instruct", "guanaco", "openplatypus"),
    *("slimorcadedup", "finetome", "gpt4-llm", "multilingual-thinking", "the_cauldron", "llava-instruct"),
    *(
        "open-platypus",
        "self-instruct",
        "baize",
        "gpteacher",
        "airoboros",
        "deita",
        "longform",
        "aya_dataset",
    ),
    # text
    *(
        "fineweb",
        "c4",
        "mc4",
        "redpajama",
        "slimpajama",
        "wikipedia",
        "wikitext",
        "the_pile",
        "pile",
        "dolma",
    ),
    *("openwebtext", "cosmopedia", "bookcorpus", "refinedweb", "falcon-refinedweb", "smollm-corpus"),
)


def is_general(name: str) -> bool:
    """Whether a name, a hub id or one that a framework registers, is of a known general data set."""
    return bool(_general().match(name.rstrip("/").rpartition("/")[2].lower()))


@lru_cache(maxsize=1)
def _general() -> re.Pattern[str]:
    return re.compile("(?:" + "|".join(map(re.escape, _NAMES)) + r")(?![a-z])")
