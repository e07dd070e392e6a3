from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Training
from ftlint.rule import Example, Rule, Severity
from ftlint_rules.fit.devices import device, hosted

LORA = {"base_model": "Qwen/Qwen2.5-7B", "method": "sft", "tuning": "lora", "lora_rank": 16}
FIELDS = ("bf16", "precision", "quant_compute_dtype", "model_dtype")


class Bf16OnDeviceWithoutIt(Rule[Training]):
    """bfloat16 on a device that has no units for it.

    ## Why it matters
    T4, V100, P100 and the RTX 20 series do not compute in bf16. Older transformers and axolotl refuse it;
    since PyTorch 2.4 the check counts emulation as support, and the job runs many times slower than in fp16.
    Kernels of Triton (Liger, torch.compile, Unsloth) and flash attention 2 do not run there in bf16.

    ## What to do
    Set fp16 with a model that bears it, float32 weights for what is trained, or take a device from Ampere on.

    Needs `[hardware]`; a device that only the config's name tells of is `bf16-on-old-gpu`. A value that is
    written is an error, a default a warning.

    ## References
    CUDA C++ Programming Guide, arithmetic throughput by compute capability: bfloat16 from 8.0. PyTorch,
    `torch.cuda.is_bf16_supported(including_emulation=True)`. vLLM asks for compute capability 8.0 for bf16.
    """

    code = "FIT062"
    name = "bf16-on-device-without-it"
    severity = Severity.ERROR
    help = "set fp16, or take a device from Ampere on"
    bad = (
        Example(config={**LORA, "bf16": True, "precision": "bf16"}, settings='[hardware]\ngpu = "T4"'),
        Example(
            config={**LORA, "quant_compute_dtype": "bf16", "load_in_4bit": True},
            settings='[hardware]\ngpu = "V100-32GB"',
        ),
    )
    good = (
        Example(config={**LORA, "precision": "fp16"}, settings='[hardware]\ngpu = "T4"'),
        Example(config={**LORA, "precision": "bf16"}, settings='[hardware]\ngpu = "L4"'),
        Example(
            config="ftlint: 1\nbase_model: Qwen/Qwen2.5-7B\nbf16: auto\n", settings='[hardware]\ngpu = "T4"'
        ),
    )

    def check(self, training: Training) -> Iterator[Finding]:
        config, hardware = training.config, training.hardware
        if config is None or hardware is None or hardware.bf16 or config.purpose != "train":
            return
        if hosted(config):
            return
        asked = [field for field in FIELDS if config.get(field) in ("bf16", True)]
        if not asked or (asked == ["model_dtype"] and config.get("precision") in ("fp16", "fp32")):
            return
        written = [field for field in asked if config.written(field)]
        field = (written or asked)[0]
        left = "" if written else " (default)"
        yield Finding(
            f"{config.spelled(field)} asks for bf16{left}; {device(hardware)} has none",
            severity=self.severity if written else Severity.WARNING,
            **config.place(field),
        )
