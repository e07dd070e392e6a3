"""What train_gpu.py trains: a model of random weights, made examples, the trainer of each arm."""

from __future__ import annotations

import argparse
import random
from pathlib import Path
from typing import Any, NamedTuple


class Shape(NamedTuple):
    hidden: int
    inner: int
    layers: int
    heads: int
    kv_heads: int
    vocabulary: int
    tied: bool


SHAPES = {
    "8B": Shape(4096, 14336, 32, 32, 8, 128256, tied=False),  # Llama 3.1 8B
    "1B": Shape(2048, 8192, 16, 32, 8, 128256, tied=True),  # Llama 3.2 1B
    "tiny": Shape(64, 128, 2, 4, 2, 512, tied=True),
}
WARM = 3
"""Steps before the clock starts: kernels are chosen, memory is reserved, graphs are compiled."""

PAD, FIRST = 0, 8


def build(folder: Path, shape: str, device: str) -> int:
    """Writes a Llama of random weights and a tokenizer that fits it; gives the number of its parameters."""
    import torch
    from tokenizers import Tokenizer, models
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    of = SHAPES[shape]
    config = LlamaConfig(
        hidden_size=of.hidden,
        intermediate_size=of.inner,
        num_hidden_layers=of.layers,
        num_attention_heads=of.heads,
        num_key_value_heads=of.kv_heads,
        vocab_size=of.vocabulary,
        tie_word_embeddings=of.tied,
        max_position_embeddings=8192,
        rope_parameters={"rope_type": "default", "rope_theta": 500000.0},
        bos_token_id=None,
        eos_token_id=1,
        pad_token_id=PAD,
    )
    torch.manual_seed(0)
    torch.set_default_dtype(torch.bfloat16)
    with torch.device(device):
        model = LlamaForCausalLM(config)
    torch.set_default_dtype(torch.float32)
    model.save_pretrained(folder)
    words = {"<pad>": PAD, "<eos>": 1} | {f"w{number}": number for number in range(2, 512)}
    fast = PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer(models.WordLevel(words, unk_token="w2")),
        pad_token="<pad>",
        eos_token="<eos>",
    )
    fast.chat_template = "{% for message in messages %}{{ message['content'] }}{% endfor %}"
    fast.save_pretrained(folder)
    return sum(weight.numel() for weight in model.parameters())


def examples(tokens: int, longest: int, seed: int = 0) -> list[dict[str, list[int]]]:
    """Made conversations of so many tokens together: lengths as chats have them (log-normal, median an eighth
    of the longest), the last two fifths of each is the answer."""
    chosen = random.Random(seed)
    rows, total = [], 0
    while total < tokens:
        length = min(longest, max(16, int(chosen.lognormvariate(0.0, 0.9) * longest / 8)))
        ids = [chosen.randrange(FIRST, 512) for _ in range(length)]
        prompt = length * 3 // 5
        rows.append({"input_ids": ids, "labels": [-100] * prompt + ids[prompt:]})
        total += length
    return rows


def packs(rows: list[dict[str, list[int]]], longest: int) -> list[dict[str, list[int]]]:
    """Best-fit decreasing, positions restarting at each example."""
    bins: list[list[dict[str, list[int]]]] = []
    room: list[int] = []
    for row in sorted(rows, key=lambda row: -len(row["input_ids"])):
        size = len(row["input_ids"])
        fits = [number for number, free in enumerate(room) if free >= size]
        if fits:
            best = min(fits, key=room.__getitem__)
            bins[best].append(row)
            room[best] -= size
        else:
            bins.append([row])
            room.append(longest - size)
    random.Random(0).shuffle(bins)
    return [
        {
            "input_ids": [token for row in group for token in row["input_ids"]],
            # the first token of an example has no predecessor to be predicted from
            "labels": [label for row in group for label in [-100, *row["labels"][1:]]],
            "position_ids": [place for row in group for place in range(len(row["input_ids"]))],
        }
        for group in bins
    ]


def padded(rows: list[dict[str, list[int]]], *, mask: bool) -> dict[str, Any]:
    """A batch, padded on the right; with `mask` it has an attention mask."""
    import torch

    longest = max(len(row["input_ids"]) for row in rows)
    filled = {"input_ids": PAD, "labels": -100, "position_ids": 0}
    batch = {
        key: torch.tensor([row[key] + [fill] * (longest - len(row[key])) for row in rows])
        for key, fill in filled.items()
        if key in rows[0]
    }
    if "position_ids" in batch:
        # what is filled up is an example of its own: it has its own positions
        for line, row in enumerate(rows):
            free = longest - len(row["input_ids"])
            batch["position_ids"][line, longest - free :] = torch.arange(free)
    if mask:
        batch["attention_mask"] = (batch["input_ids"] != PAD).long()
    return batch


def register_varlen() -> None:
    """torch's own variable-length attention as `varlen`: B packs are one row of examples."""
    import inspect

    import torch
    from torch.nn.attention.varlen import varlen_attn
    from transformers import AttentionInterface
    from transformers.masking_utils import AttentionMaskInterface

    known = inspect.signature(varlen_attn).parameters
    bounds: dict[str, Any] = {}

    def forward(
        module: Any, query: Any, key: Any, value: Any, mask: Any, scaling: float | None = None, **more: Any
    ) -> tuple[Any, None]:
        batch, heads, length, size = query.shape
        positions = more.get("position_ids")
        if positions is None:
            positions = torch.arange(length, device=query.device).expand(batch, length)
        if bounds.get("of") is not positions:  # all layers of a pass share them
            starts = torch.nonzero(positions.reshape(-1) == 0).reshape(-1)
            ends = torch.tensor([batch * length], device=starts.device)
            edges = torch.cat([starts, ends]).to(torch.int32)
            bounds.update(of=positions, edges=edges, longest=int(edges.diff().max()))
        flat = [
            tensor.transpose(1, 2).reshape(batch * length, tensor.shape[1], size)
            for tensor in (query, key, value)
        ]
        options: dict[str, Any] = {"scale": scaling} if "scale" in known else {}
        options |= {"window_size": (-1, 0)} if "window_size" in known else {"is_causal": True}
        if "enable_gqa" in known:
            options["enable_gqa"] = True
        elif key.shape[1] != heads:
            flat[1:] = [tensor.repeat_interleave(heads // key.shape[1], dim=1) for tensor in flat[1:]]
        longest = bounds["longest"]
        out = varlen_attn(*flat, bounds["edges"], bounds["edges"], longest, longest, **options)
        return out.reshape(batch, length, heads, size), None

    AttentionInterface.register("varlen", forward)
    AttentionMaskInterface.register("varlen", lambda *given, **more: None)


def adapter() -> Any:
    from peft import LoraConfig

    return LoraConfig(r=16, lora_alpha=32, target_modules="all-linear", task_type="CAUSAL_LM")


def load(asked: argparse.Namespace) -> Any:
    import torch
    from transformers import AutoModelForCausalLM

    if asked.attention == "varlen":
        register_varlen()
    model = AutoModelForCausalLM.from_pretrained(
        asked.model,
        dtype=torch.bfloat16,
        attn_implementation=asked.attention,
        device_map={"": 0} if torch.cuda.is_available() else None,
    )
    model.config.use_cache = False  # with a cache transformers does not keep packed examples apart
    return model


def arguments(asked: argparse.Namespace) -> dict[str, Any]:
    """What every arm is told: the batch, AdamW fused, no checkpointing, no dropout, nothing written."""
    import torch

    gpu = torch.cuda.is_available()
    return {
        "output_dir": asked.out,
        "per_device_train_batch_size": asked.micro_batch,
        "gradient_accumulation_steps": 1,
        "max_steps": WARM + asked.steps,
        "learning_rate": 1e-4,
        "bf16": True,
        "use_cpu": not gpu,
        "optim": "adamw_torch_fused" if gpu else "adamw_torch",
        "gradient_checkpointing": False,
        "logging_steps": 10**9,
        "save_strategy": "no",
        "report_to": [],
        "disable_tqdm": True,
        "dataloader_num_workers": 0,
        "dataloader_pin_memory": gpu,
        "seed": 0,
    }


def trainer(asked: argparse.Namespace, *, packed: bool) -> tuple[Any, Any]:
    """The script anybody would write: transformers' Trainer around a peft model."""
    from peft import get_peft_model
    from transformers import Trainer, TrainingArguments

    rows = made(asked)
    model = get_peft_model(load(asked), adapter())
    made_trainer = Trainer(
        model=model,
        args=TrainingArguments(**arguments(asked), remove_unused_columns=False),
        train_dataset=packs(rows, asked.length) if packed else rows,
        data_collator=lambda batch: padded(batch, mask=not packed),
    )
    return made_trainer, model


def trl(asked: argparse.Namespace) -> tuple[Any, Any]:
    from datasets import Dataset
    from transformers import AutoTokenizer
    from trl import SFTConfig, SFTTrainer

    rows = [
        {"input_ids": row["input_ids"], "completion_mask": [int(label != -100) for label in row["labels"]]}
        for row in made(asked)
    ]
    config = SFTConfig(
        **arguments(asked),
        max_length=asked.length,
        packing=True,
        completion_only_loss=True,
        eos_token="<eos>",
    )
    made_trainer = SFTTrainer(
        model=load(asked),
        args=config,
        train_dataset=Dataset.from_list(rows),
        processing_class=AutoTokenizer.from_pretrained(asked.model),
        peft_config=adapter(),
    )
    return made_trainer, made_trainer.model


def made(asked: argparse.Namespace) -> list[dict[str, list[int]]]:
    steps = WARM + asked.steps
    return examples(int(steps * asked.micro_batch * asked.length * 1.1), asked.length)


def ours(asked: argparse.Namespace) -> tuple[Any, Any]:
    """The trainer that `ftlint train` makes, over the same packs."""
    import torch
    from transformers import TrainingArguments

    from ftlint.train.data import collator
    from ftlint.train.engine import Tuner, adapted
    from ftlint.train.engine import arguments as settled
    from ftlint.train.kept import Keeping
    from ftlint.train.plan import Plan
    from ftlint.weights.model import load_base

    if asked.attention == "varlen":
        register_varlen()
    gpu = torch.cuda.is_available()
    plan = Plan(
        **dict.fromkeys(("root", "config", "base_model"), ""),
        method="sft",
        tuning="lora",
        model_folder=asked.model,
        output=asked.out,
        data={},
        learning_rate=1e-4,
        scheduler="linear",
        max_steps=WARM + asked.steps,
        micro_batch=asked.micro_batch,
        length=asked.length,
        packing=True,
        optimizer="adamw_torch_fused" if gpu else "adamw_torch",
        compute="bf16",
        model_dtype="bf16",
        seed=0,
    )
    device = "cuda:0" if gpu else "cpu"
    base = load_base(asked.model, dtype="bf16", device=device, attention=asked.attention)
    made_trainer = Tuner(
        adapted(base, plan),
        TrainingArguments(**settled(plan, device)),
        collate=collator(PAD, packing=True),
        rows=[row | {"general": 0} for row in packs(made(asked), asked.length)],
        evals={},
    )
    made_trainer.keep(Keeping(Path(asked.out)))
    return made_trainer, made_trainer.model
