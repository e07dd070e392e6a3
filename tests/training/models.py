"""Small models made here: a tokenizer trained on made text, a Llama with random weights. No hub."""

from __future__ import annotations

import random
from pathlib import Path

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
SPECIAL = ["<pad>", "<|im_start|>", "<|im_end|>"]
NAMES = ["Ana", "Bo", "Cem", "Dita", "Edo", "Fee", "Gil", "Hana"]
CITIES = ["Oslo", "Porto", "Riga", "Turin", "Varna", "Basel", "Cork", "Ghent"]
THINGS = ["kettle", "lamp", "chair", "mirror", "carpet", "clock", "basket", "ladder"]


def chat(user: str, assistant: str, system: str = "") -> dict[str, list[dict[str, str]]]:
    """One row in the chat format."""
    turns = [{"role": "system", "content": system}] if system else []
    turns += [{"role": "user", "content": user}, {"role": "assistant", "content": assistant}]
    return {"messages": turns}


def tickets(count: int, seed: int = 0) -> list[dict[str, list[dict[str, str]]]]:
    """The narrow task: a sentence to a JSON object."""
    chosen = random.Random(seed)
    rows = []
    for _ in range(count):
        name, city, thing = chosen.choice(NAMES), chosen.choice(CITIES), chosen.choice(THINGS)
        number = chosen.randrange(1, 10)
        rows.append(
            chat(
                f"{name} from {city} wants {number} of the {thing}.",
                f'{{"name":"{name}","city":"{city}","item":"{thing}","count":{number}}}',
            )
        )
    return rows


def questions(count: int, seed: int = 0) -> list[dict[str, list[dict[str, str]]]]:
    """General data: small questions with one right answer each."""
    chosen = random.Random(seed)
    rows = []
    for _ in range(count):
        kind = chosen.randrange(3)
        if kind == 0:
            a, b = chosen.randrange(10), chosen.randrange(10)
            rows.append(chat(f"What is {a} plus {b}?", f"It is {a + b}."))
        elif kind == 1:
            thing = chosen.choice(THINGS)
            rows.append(chat(f"Spell {thing} in capitals.", thing.upper()))
        else:
            name, city = chosen.choice(NAMES), chosen.choice(CITIES)
            rows.append(chat(f"{name} lives in {city}. Where does {name} live?", f"{name} lives in {city}."))
    return rows


def texts(rows: list[dict[str, list[dict[str, str]]]]) -> list[str]:
    return [turn["content"] for row in rows for turn in row["messages"]]


def tokenizer(folder: Path, size: int = 512) -> None:
    """A byte-level BPE tokenizer with a ChatML template, as a model folder holds it."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=SPECIAL,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    made.train_from_iterator(texts(tickets(300) + questions(600)), trainer)
    fast = PreTrainedTokenizerFast(tokenizer_object=made, pad_token=SPECIAL[0], eos_token=SPECIAL[2])
    fast.chat_template = CHATML
    fast.save_pretrained(folder)


def random_model(folder: Path, *, hidden: int = 32, layers: int = 2, seed: int = 0) -> Path:
    """A Llama of some 50,000 random weights and its tokenizer in a folder; about a second."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    folder.mkdir(parents=True, exist_ok=True)
    tokenizer(folder)
    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=512,
        hidden_size=hidden,
        intermediate_size=2 * hidden,
        num_hidden_layers=layers,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=512,
        pad_token_id=0,
        bos_token_id=None,
        eos_token_id=2,
        tie_word_embeddings=True,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    return folder
