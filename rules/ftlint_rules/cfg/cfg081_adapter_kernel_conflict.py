from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.model.config_keys import text, truth
from ftlint.model.training_config import placed
from ftlint.rule import Example, Rule

KERNELS = ("lora_mlp_kernel", "lora_qkv_kernel", "lora_o_kernel")
AXOLOTL = (
    "base_model: Qwen/Qwen3-8B\nadapter: lora\nlora_r: 16\nlora_alpha: 32\nmicro_batch_size: 2\n"
    "gradient_accumulation_steps: 4\nsequence_len: 2048\nnum_epochs: 1\nlearning_rate: 2.0e-4\n"
    "datasets:\n  - path: data.jsonl\n    type: chat_template\nlora_mlp_kernel: true\n"
)


class AdapterKernelConflict(Rule[TrainingConfig]):
    """axolotl's LoRA kernels with a model that they do not fit.

    ## Why it matters
    The fused kernels replace the layers of known models. They do not work over a base in 8 bit, nor over
    code that comes with the model; fused MLPs do not work with an adapter at all. axolotl refuses each.

    ## What to do
    Set the `lora_*_kernel` keys to false, or load the base in 4 or 16 bit and without remote code.

    ## References
    axolotl 0.18, `schemas/validation.py`: check_lora_kernels_8bit, check_lora_kernels_trust_remote_code,
    check_fused_lora, check_onebitllms_lora. DoRA goes with the kernels since 0.18.
    """

    code = "CFG081"
    name = "adapter-kernel-conflict"
    severity = Severity.ERROR
    help = "set the kernel keys to false"
    bad = (
        Example(config=AXOLOTL + "load_in_8bit: true\n"),
        Example(config=AXOLOTL + "trust_remote_code: true\n"),
        Example(config=AXOLOTL + "flash_attn_fuse_mlp: true\n"),
    )
    good = (
        Example(config=AXOLOTL),
        Example(config=AXOLOTL.replace("kernel: true", "kernel: false") + "load_in_8bit: true\n"),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        if config.dialect != "axolotl" or config.purpose != "train":
            return
        adapter = text(config, "adapter").lower()
        kernel = next((key for key in KERNELS if truth(config, key)), "")
        if kernel and adapter == "lora" and truth(config, "load_in_8bit"):
            yield _finding(config, kernel, "a base in 8 bit")
        if kernel and truth(config, "trust_remote_code"):
            yield _finding(config, kernel, "trust_remote_code")
        if adapter in ("lora", "qlora"):
            for key in ("flash_attn_fuse_mlp", "use_onebitllms"):
                if truth(config, key):
                    yield _finding(config, key, f"adapter: {adapter}")


def _finding(config: TrainingConfig, key: str, other: str) -> Finding:
    entry = config.entry(key)
    place = placed(config.path, entry.key.range) if entry else config.top
    return Finding(f"{key} does not work with {other}; axolotl refuses it", **place)
