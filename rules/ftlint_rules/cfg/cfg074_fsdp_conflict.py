from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.model.config_keys import flag, present, text, truth
from ftlint.rule import Example, Rule

NO_QUANTISED = frozenset({"dpo", "kto", "orpo", "ipo"})
BNB = frozenset({"adamw_8bit", "adamw_bnb_8bit"})
AXOLOTL = (
    "base_model: Qwen/Qwen3-8B\nadapter: lora\nlora_r: 16\nlora_alpha: 32\nmicro_batch_size: 2\n"
    "gradient_accumulation_steps: 4\nsequence_len: 2048\nnum_epochs: 1\nlearning_rate: 2.0e-4\n"
    "datasets:\n  - path: data.jsonl\n    type: chat_template\n"
)
FSDP1 = (
    "fsdp_version: 1\nfsdp_config:\n  offload_params: {offload}\n  auto_wrap_policy: TRANSFORMER_BASED_WRAP\n"
)


class FsdpConflict(Rule[TrainingConfig]):
    """A setting that FSDP does not work with.

    ## Why it matters
    FSDP cuts weights and optimizer states into shards. The 8-bit optimizers of bitsandbytes cannot work on
    shards that are offloaded or, in FSDP2, on shards at all; a quantised base cannot be sharded by FSDP2 in
    preference training; Falcon cannot be sharded. axolotl refuses each of them.

    ## What to do
    Do what the message says: another optimizer (`adamw_torch_8bit`), no offload, DeepSpeed, or FSDP 1.

    It is an error in axolotl, a warning elsewhere.

    ## References
    axolotl 0.18, `schemas/validation.py`: check_fsdp_offload_w_8bit_optimizer, check_fsdp2_w_8bit_optimizer,
    check_fsdp2_base_model_quant_rl, check_fsdp2_cpu_offload_pin_memory, check_muon_deepspeed_fsdp,
    check_falcon_fsdp.
    """

    code = "CFG074"
    name = "fsdp-conflict"
    severity = Severity.ERROR
    help = "take one of the two out"
    bad = (
        Example(config=AXOLOTL + FSDP1.format(offload="true") + "optimizer: adamw_bnb_8bit\n"),
        Example(
            config=AXOLOTL + "fsdp_version: 2\nfsdp_config:\n  offload_params: false\noptimizer: adamw_8bit\n"
        ),
        Example(
            config=AXOLOTL + "fsdp_version: 2\nfsdp_config:\n  reshard_after_forward: true\nrl: dpo\n"
            "load_in_8bit: true\n"
        ),
    )
    good = (
        Example(config=AXOLOTL + FSDP1.format(offload="false") + "optimizer: adamw_bnb_8bit\n"),
        Example(config=AXOLOTL + FSDP1.format(offload="true") + "optimizer: adamw_torch_fused\n"),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        if config.purpose != "train" or config.get("fsdp") is not True:
            return
        axolotl = config.dialect == "axolotl"
        found = _axolotl(config) if axolotl else _any(config)
        for field, message in found:
            yield Finding(message, severity=None if axolotl else Severity.WARNING, **config.place(field))


def _any(config: TrainingConfig) -> Iterator[tuple[str, str]]:
    optimizer = str(config.get("optimizer") or "")
    if "8bit" in optimizer and config.get("cpu_offload") is True:
        yield "optimizer", f"{optimizer} cannot work on what FSDP offloads; take another optimizer"


def _axolotl(config: TrainingConfig) -> Iterator[tuple[str, str]]:
    optimizer = text(config, "optimizer").lower()
    second = (text(config, "fsdp_version") or text(config, "fsdp_config.fsdp_version")) == "2"
    offload = any(flag(config, f"fsdp_config.{key}") for key in ("offload_params", "fsdp_offload_params"))
    if second and optimizer in BNB:
        yield "optimizer", f"{optimizer} cannot work on shards of FSDP2; take adamw_torch_8bit"
    elif not second and "8bit" in optimizer and offload:
        yield "optimizer", f"{optimizer} cannot work on what FSDP offloads; take another optimizer"
    elif not second and optimizer == "muon":
        yield "optimizer", "muon works with FSDP2 alone; set fsdp_version: 2"
    quantised = truth(config, "load_in_4bit") or truth(config, "load_in_8bit")
    if second and quantised and text(config, "rl").lower() in NO_QUANTISED:
        yield (
            "fsdp",
            f"FSDP2 does not shard a quantised base in {text(config, 'rl')}; take FSDP 1 or DeepSpeed",
        )
    if "falcon" in text(config, "base_model").lower() and present(config, "fsdp"):
        yield "fsdp", "FSDP does not shard Falcon; take DeepSpeed"
    if flag(config, "fsdp_config.cpu_offload_pin_memory") is False and not (second and offload):
        yield "fsdp", "cpu_offload_pin_memory: false needs FSDP2 and offload_params: true"
