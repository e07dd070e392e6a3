from __future__ import annotations

import re
from collections.abc import Iterator

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.rule import Example, Rule

_OLD = re.compile(
    r"(?<![a-z0-9])(?:(v100|t4|p100|p40|k80|titan-?v|quadro-?rtx|rtx-?20[678]0)|((?:ml\.)?(?:p3|p3dn|g4dn|p2)\.\w+))"
    r"(?![a-z0-9])",
    re.IGNORECASE,
)
_NAMED = frozenset(
    {"accelerators", "accelerator", "accelerator_type", "gpu", "gpus", "gpu_type", "gpu_name", "device_name"}
    | {"instance_type", "instance", "machine_type", "hardware"}
)


class Bf16OnOldGpu(Rule[TrainingConfig]):
    """bfloat16 on a GPU that does not have it.

    ## Why it matters
    GPUs before Ampere (V100, T4, P100, RTX 20) do not compute in bfloat16. transformers stops with "Your
    setup doesn't support bf16/gpu"; where the check is passed over, every operation is emulated.

    ## What to do
    Write fp16 there, for a model that bears it, or take an Ampere GPU.

    The GPU is taken from the file's name and from keys that name machines (`instance_type`, `accelerators`).
    It is an info: the name may be an old one.

    ## References
    transformers 5.23, `training_args.py`: bf16 needs Ampere or later. NVIDIA: bfloat16 since compute
    capability 8.0. text-generation-webui pull request 5268.
    """

    code = "CFG043"
    name = "bf16-on-old-gpu"
    severity = Severity.INFO
    help = "write fp16 there, or take a GPU that has bf16"
    bad = (
        Example(config={"learning_rate": 2e-4, "bf16": True}, config_name="lora_v100.yaml"),
        Example(config="ftlint: 1\nlearning_rate: 2.0e-4\nbf16: true\ninstance_type: ml.g4dn.xlarge\n"),
    )
    good = (
        Example(config={"learning_rate": 2e-4, "fp16": True}, config_name="lora_v100.yaml"),
        Example(config={"learning_rate": 2e-4, "bf16": True}, config_name="lora_t40.yaml"),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        place = next((name for name in ("bf16", "precision") if config.written(name)), "")
        if not place or not (config.get("bf16") is True or config.get("precision") == "bf16"):
            return
        gpu = _gpu(config)
        if gpu:
            yield Finding(f"{config.spelled(place)} on {gpu}, which has no bfloat16", **config.place(place))


def _gpu(config: TrainingConfig) -> str:
    """The first GPU before Ampere that the file's name or a key for machines names."""
    texts = [config.path.rpartition("/")[2].replace("_", "-")]
    for path, entry in config.tree.walk():
        if path.rpartition(".")[2].lower() in _NAMED and entry.value.kind == "scalar":
            texts.append(entry.value.text)
    for text in texts:
        if found := _OLD.search(text):
            return found[0]
    return ""
