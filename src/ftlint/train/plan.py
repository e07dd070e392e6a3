"""What a training will do, settled before anything heavy is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Plan:
    """Every setting of one run. Paths of data are relative to `root`, lengths are in tokens.

    `config` is the training config's path, `output` the run's folder, absolute. `data` holds the files of
    each split and `formats` the record format of each file. `targets` are module names or `all-linear`.
    `compute` is `bf16`, `fp16` or `fp32`; `model_dtype` the type the base is held in. `chat_template` is as
    `weights.tokenizer.load_tokenizer` takes it, `date` the day that templates are told (YYYY-MM-DD). Steps of
    0 are not decided yet, `eval_share` and `save_share` are shares of all steps: `train.schedule.scheduled`
    sets the steps once the data is prepared.
    """

    root: str
    config: str
    method: str
    tuning: str
    base_model: str
    model_folder: str
    output: str
    data: Mapping[str, tuple[str, ...]]
    formats: Mapping[str, str] = field(default_factory=dict)
    revision: str = ""
    trust_remote_code: bool = False
    attention: str = ""
    chat_template: str = ""
    date: str = ""

    rank: int = 16
    alpha: float = 32.0
    dropout: float = 0.0
    targets: tuple[str, ...] = ("all-linear",)
    rslora: bool = False
    dora: bool = False
    modules_to_save: tuple[str, ...] = ()

    learning_rate: float = 2e-4
    scheduler: str = "cosine"
    min_learning_rate: float | None = None
    warmup_steps: int = 0
    warmup_ratio: float = 0.0
    epochs: float = 1.0
    max_steps: int = 0
    micro_batch: int = 1
    accumulation: int = 1
    world_size: int = 1
    optimizer: str = "adamw_torch"
    weight_decay: float = 0.0
    max_grad_norm: float = 1.0
    gradient_checkpointing: bool = False
    neftune_alpha: float | None = None
    seed: int = 42

    length: int = 2048
    packing: bool = False
    train_on_inputs: bool = False
    general_share: float | None = None

    compute: str = "fp32"
    model_dtype: str = "fp32"
    load_in_4bit: bool = False
    load_in_8bit: bool = False
    quant_type: str = "nf4"
    quant_compute: str = ""

    beta: float = 0.1
    loss_type: str = "sigmoid"

    eval_strategy: str = "steps"
    eval_steps: int = 0
    eval_batch: int = 8
    log_steps: int = 1
    save_steps: int = 0
    save_strategy: str = "steps"
    eval_share: float = 0.0
    save_share: float = 0.0
    keep_best: bool = True
    early_stopping: int = 0
    tensorboard: bool = True

    @property
    def effective_batch(self) -> int:
        """Examples (packs) of one optimizer step over all devices."""
        return self.micro_batch * self.accumulation * self.world_size

    def as_dict(self) -> dict[str, Any]:
        """The plan as JSON takes it."""
        return {
            name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()
        }
