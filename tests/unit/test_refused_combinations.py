"""Every pair of settings that CFG077 knows, as its framework refuses it and as it takes it."""

from pathlib import Path

import pytest

from ftlint.engine.configs import configs_of
from ftlint_rules.cfg.cfg077_refused_combination import RefusedCombination

AXOLOTL = """base_model: Qwen/Qwen3-8B
micro_batch_size: 2
gradient_accumulation_steps: 4
sequence_len: 2048
num_epochs: 1
learning_rate: 2.0e-4
datasets:
  - path: data.jsonl
    type: chat_template
"""
LLAMAFACTORY = """model_name_or_path: Qwen/Qwen3-8B
template: qwen
dataset: identity
learning_rate: 1.0e-4
cutoff_len: 2048
"""
REENTRANT = "gradient_checkpointing_kwargs:\n  use_reentrant: true"
REFUSED = [
    (AXOLOTL, "rl: kto", "remove_unused_columns"),
    (AXOLOTL, "rl: kto\nremove_unused_columns: true", "remove_unused_columns"),
    (AXOLOTL, "rl: simpo\nwarmup_ratio: 0.1", "SimPO"),
    (AXOLOTL, "chat_template: jinja", "chat_template_jinja"),
    (AXOLOTL, "adapter: lora\npeft_layers_to_transform: [1]\nunfrozen_parameters: [a]", "exclude"),
    (AXOLOTL, "peft_layers_pattern: layers", "peft_layers_to_transform"),
    (AXOLOTL, f"unfrozen_parameters: [a]\n{REENTRANT}", "use_reentrant: false"),
    (AXOLOTL, "relora: true", "jagged_restart_steps"),
    (AXOLOTL, "relora: true\njagged_restart_steps: 9\ndeepspeed: z.json", "FSDP or DeepSpeed"),
    (AXOLOTL, "context_parallel_size: 2\nsample_packing: true", "micro_batch_size of 1"),
    (AXOLOTL, "tensor_parallel_size: 2\noptimizer: adamw_8bit", "8-bit optimizers"),
    (AXOLOTL, "tokenizer_use_mistral_common: true\ntokens: [a]", "mistral-common"),
    (AXOLOTL, "qat:\n  weight_dtype: int4\nload_in_8bit: true", "QAT"),
    (AXOLOTL, "dpo_loss_type: [ipo]", "rl: dpo"),
    (AXOLOTL, "lr_groups: [a]\nloraplus_lr_ratio: 16", "exclude"),
    (AXOLOTL, "max_memory: {0: 9GB}\ngpu_memory_limit: 9", "exclude"),
    (AXOLOTL, "push_dataset_to_hub: me/x", "hf_use_auth_token"),
    (AXOLOTL, "save_strategy: best", "metric_for_best_model"),
    (AXOLOTL, "dataset_exact_deduplication: true\nskip_prepare_dataset: true", "duplicates"),
    (AXOLOTL, "attn_implementation: sdpa\nflash_attention: true", "older attention"),
    (AXOLOTL, "lora_target_parameters: [a]\nlora_dropout: 0.1", "lora_dropout"),
    (AXOLOTL, "sample_packing: true\neval_table_size: 5", "eval_sample_packing"),
    (AXOLOTL, "optimizer: muon\ndeepspeed: z.json", "muon"),
    (AXOLOTL, "cut_cross_entropy: true\nliger_cross_entropy: true", "cross entropy"),
    (AXOLOTL, "gptq: true\nmodel_revision: abc", "revision"),
    (LLAMAFACTORY, "stage: dpo\nneat_packing: true", "stage: sft"),
    (LLAMAFACTORY, "stage: dpo\ntrain_on_prompt: true", "stage: sft"),
    (LLAMAFACTORY, "stage: pt\nmask_history: true", "stage: sft"),
    (LLAMAFACTORY, "stage: dpo\npredict_with_generate: true", "stage: sft"),
    (LLAMAFACTORY, "finetuning_type: full\nuse_dora: true", "finetuning_type: lora"),
    (LLAMAFACTORY, "finetuning_type: full\nuse_rslora: true", "finetuning_type: lora"),
    (LLAMAFACTORY, "finetuning_type: full\nloraplus_lr_ratio: 16", "finetuning_type: lora"),
    (LLAMAFACTORY, "finetuning_type: full\nadapter_name_or_path: a", "finetuning_type: lora"),
    (LLAMAFACTORY, "mask_history: true\ntrain_on_prompt: true", "exclude"),
    (LLAMAFACTORY, "stage: ppo", "reward_model"),
    (LLAMAFACTORY, "stage: rm\nload_best_model_at_end: true", "best model"),
    (LLAMAFACTORY, "quantization_bit: 4\nresize_vocab: true", "cannot grow"),
    (LLAMAFACTORY, "quantization_bit: 4\npissa_init: true", "PiSSA"),
    (LLAMAFACTORY, "quantization_bit: 4\nfp8: true", "fp8"),
    (LLAMAFACTORY, "quantization_bit: 4\nadapter_name_or_path: a\ncreate_new_adapter: true", "second"),
    (LLAMAFACTORY, "interleave_probs: 0.5,0.5", "mix_strategy"),
    (LLAMAFACTORY, "streaming: true\nmax_samples: 9\nmax_steps: 9", "max_samples"),
    (LLAMAFACTORY, "stage: dpo\npref_loss: ipo\ndpo_label_smoothing: 0.1", "sigmoid"),
    (LLAMAFACTORY, "finetuning_type: full\nuse_llama_pro: true", "use_llama_pro"),
    (LLAMAFACTORY, "do_train: true\ndo_predict: true", "predict_with_generate"),
    (LLAMAFACTORY, "predict_with_generate: true\ncompute_accuracy: true", "compute_accuracy"),
    (LLAMAFACTORY, "finetuning_type: full\nuse_galore: true\ndeepspeed: z.json", "GaLore"),
]
TAKEN = [
    (AXOLOTL, "rl: kto\nremove_unused_columns: false"),
    (AXOLOTL, "rl: kto\nremove_unused_columns: ${X}"),
    (AXOLOTL, "rl: ${RL}\ndpo_loss_type: [ipo]"),
    (AXOLOTL, "max_memory: ${A}\ngpu_memory_limit: ${B}"),
    (AXOLOTL, "save_strategy: best\nmetric_for_best_model: ${M}"),
    (AXOLOTL, "relora: false\nqat:\nmax_memory:\ngpu_memory_limit: 9"),
    (AXOLOTL, "rl: dpo\ndpo_loss_type: [ipo]\noptimizer: adamw_8bit\ntensor_parallel_size: 1"),
    (LLAMAFACTORY, "stage: ${STAGE}\ntrain_on_prompt: true"),
    (LLAMAFACTORY, "stage: sft\nfinetuning_type: lora\nuse_dora: true\nmask_history: true"),
    (LLAMAFACTORY, "interleave_probs: 0.5,0.5\nmix_strategy: interleave_under"),
    (LLAMAFACTORY, "stage: dpo\npref_loss: sigmoid\ndpo_label_smoothing: 0.1"),
]


def messages(folder: Path, text: str) -> list[str]:
    file = folder / "config.yaml"
    file.write_text(text)
    [config] = configs_of(str(file), "config.yaml")
    return [finding.message for finding in RefusedCombination().check(config)]


@pytest.mark.parametrize(("head", "lines", "told"), REFUSED, ids=[lines for _, lines, _ in REFUSED])
def test_it_is_told_once(tmp_path: Path, head: str, lines: str, told: str) -> None:
    found = messages(tmp_path, f"{head}{lines}\n")
    assert len(found) == 1, found
    assert told in found[0]


@pytest.mark.parametrize(("head", "lines"), TAKEN, ids=[lines for _, lines in TAKEN])
def test_what_is_taken_or_unknown_is_not(tmp_path: Path, head: str, lines: str) -> None:
    assert messages(tmp_path, f"{head}{lines}\n") == []
