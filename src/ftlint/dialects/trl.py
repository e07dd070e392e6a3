"""TRL's script configs and plain `TrainingArguments` files.

Flat keys of `TrainingArguments`, the trainer's own config class, `ModelConfig` and `ScriptArguments`. The
method is the script's and often not in the file.
"""

from __future__ import annotations

from ftlint.dialects.contract import Dialect, Key
from ftlint.dialects.draft import precision
from ftlint.dialects.signs import written

DIALECT = Dialect(
    name="trl",
    title="TRL",
    certainty=lambda tree, path: 0.6 if written(tree, ("model_name_or_path", "learning_rate")) == 2 else 0.0,
    keys=(
        Key("base_model", ("model_name_or_path",)),
        Key("learning_rate", ("learning_rate",)),
        Key("model_dtype", ("dtype", "torch_dtype"), precision),
    ),
)
