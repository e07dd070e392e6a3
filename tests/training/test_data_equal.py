"""Our tokens against transformers' own, and that packed examples do not see each other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import models
import pytest
import templates

from ftlint.formats import by_name
from ftlint.model import Record
from ftlint.train.data import collator
from ftlint.train.items import Examples, Items
from ftlint.weights.examples import IGNORED, Encoded, EncodedPair, encode_all, encode_pair
from ftlint.weights.tokenizer import load_tokenizer

CHAT = by_name("openai-chat")
SYSTEM = [{"role": "system", "content": "Be brief. "}]
ASKED = [{"role": "user", "content": "What is it?  \n"}, {"role": "assistant", "content": " It is three. "}]
MORE = [
    {"role": "user", "content": "¿Y <|im_end|> \U0001f600?"},
    {"role": "assistant", "content": "Zwölf\n\n"},
]
CALLS: list[dict[str, Any]] = [
    {"role": "user", "content": "How warm is Oslo?"},
    {
        "role": "assistant",
        "content": "",
        "tool_calls": [
            {"type": "function", "id": "a1", "function": {"name": "warmth", "arguments": {"city": "Ø"}}}
        ],
    },
    {"role": "tool", "content": '{"c": 3}', "tool_call_id": "a1"},
    {"role": "assistant", "content": "3 degrees."},
]
TOOLS = [{"type": "function", "function": {"name": "warmth", "parameters": {"type": "object"}}}]
TALKS = {"short": ASKED, "system": [*SYSTEM, *ASKED], "long": [*SYSTEM, *ASKED, *MORE], "tools": CALLS}


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    made = tmp_path_factory.mktemp("shapes")
    return {
        name: templates.tokenizer(made / name, template, eos=eos, bos=bos)
        for name, (template, eos, bos) in templates.SHAPES.items()
    }


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return models.random_model(tmp_path_factory.mktemp("base"))


WRITE_TOOLS = ("llama3", "thinking")
BOTH = [
    (shape, talk) for talk in TALKS for shape in templates.SHAPES if talk != "tools" or shape in WRITE_TOOLS
]


@pytest.mark.parametrize(("shape", "talk"), BOTH)
def test_ids_are_those_of_transformers(folders: dict[str, Path], shape: str, talk: str) -> None:
    from transformers import AutoTokenizer

    theirs = AutoTokenizer.from_pretrained(folders[shape])
    ours = load_tokenizer(str(folders[shape]))
    messages, tools = TALKS[talk], TOOLS if talk == "tools" else None
    for asking in (False, True):
        text = theirs.apply_chat_template(messages, tools=tools, add_generation_prompt=asking, tokenize=False)
        ids = theirs.apply_chat_template(messages, tools=tools, add_generation_prompt=asking)["input_ids"]
        assert ours.render(messages, tools, asking) == text
        assert ours.encode(text) == ids
    record = Record({"messages": messages, **({"tools": tools} if tools else {})}, CHAT)
    made = encode_all(record, ours, length=1000)
    assert isinstance(made, list)
    whole = theirs.apply_chat_template(messages, tools=tools)["input_ids"]
    ends = [theirs.eos_token_id] if shape == "alpaca" else []
    assert made[-1].input_ids == whole + ends
    for each in made:
        assert all(
            label in (IGNORED, token) for token, label in zip(each.input_ids, each.labels, strict=True)
        )


@pytest.mark.parametrize("text", ["", " two  words", "<|im_end|>", "日本語 👩‍💻", "a\r\n\tb", "</s>x"])
def test_plain_texts_are_encoded_alike(folders: dict[str, Path], text: str, tmp_path: Path) -> None:
    from transformers import AutoTokenizer

    for around in (None, "<s> $A", "<s> $A </s>"):
        templates.surrounded(folders["mistral"], tmp_path, around, {"add_bos_token": around is None})
        theirs, ours = AutoTokenizer.from_pretrained(tmp_path), load_tokenizer(str(tmp_path))
        assert ours.encode(text, special=True) == theirs(text)["input_ids"]
        assert ours.encode(text) == theirs(text, add_special_tokens=False)["input_ids"]
        ids = theirs(text)["input_ids"]
        assert ours.decode(ids) == theirs.decode(ids, clean_up_tokenization_spaces=False)
        assert (ours.eos_id, ours.pad_id) == (theirs.eos_token_id, theirs.pad_token_id)


def test_marked_answers_are_those_transformers_masks(folders: dict[str, Path]) -> None:
    from transformers import AutoTokenizer

    for shape, more in (("marked", 0), ("marked-short", 1)):
        theirs = AutoTokenizer.from_pretrained(folders[shape])
        found = theirs.apply_chat_template(TALKS["long"], return_assistant_tokens_mask=True)
        (made,) = encode_all(
            Record({"messages": TALKS["long"]}, CHAT), load_tokenizer(str(folders[shape])), length=999
        )
        ours = [int(label != IGNORED) for label in made.labels]
        assert sum(found["assistant_masks"]) > 5
        added = [at for at, (a, b) in enumerate(zip(found["assistant_masks"], ours, strict=True)) if a != b]
        # the token that ends each of the two turns, which this block leaves out
        assert [made.input_ids[at] for at in added] == [theirs.eos_token_id] * 2 * more


def test_a_saved_tokenizer_is_the_same_to_transformers(folders: dict[str, Path], tmp_path: Path) -> None:
    from transformers import AutoTokenizer

    own = tmp_path / "own.jinja"
    own.write_text(templates.ALPACA)
    ours = load_tokenizer(str(folders["chatml"]), str(own))
    ours.save(str(tmp_path / "out"))
    theirs = AutoTokenizer.from_pretrained(tmp_path / "out")
    assert theirs.apply_chat_template(ASKED)["input_ids"] == ours.encode(ours.render(ASKED))
    assert theirs.chat_template == templates.ALPACA


def test_pairs_are_prompt_and_answers_as_the_template_writes_them(folders: dict[str, Path]) -> None:
    from transformers import AutoTokenizer

    for shape in ("chatml", "llama3", "gemma", "mistral"):
        theirs = AutoTokenizer.from_pretrained(folders[shape])
        prompt = [{"role": "user", "content": "What is it?"}]
        answers = [[{"role": "assistant", "content": text}] for text in ("Three.", "No idea")]
        row = {"prompt": prompt, "chosen": answers[0], "rejected": answers[1]}
        made = encode_pair(
            Record(row, by_name("trl-preference")), load_tokenizer(str(folders[shape])), length=99
        )
        assert isinstance(made, EncodedPair)
        asked = theirs.apply_chat_template(prompt, add_generation_prompt=True)["input_ids"]
        assert made.prompt_ids == asked
        for ids, answer in zip((made.chosen_ids, made.rejected_ids), answers, strict=True):
            whole = theirs.apply_chat_template(prompt + answer)["input_ids"]
            assert asked + ids == whole[: len(asked) + len(ids)]
            assert theirs.decode(whole[len(asked) + len(ids) :]).strip() == ""
            assert theirs.added_tokens_decoder[ids[-1]].special


def _pack(lengths: list[int], seed: int) -> Items:
    import random

    chosen = random.Random(seed)
    found = Examples()
    for length in lengths:
        ids = [chosen.randrange(3, 400) for _ in range(length)]
        found.add(Encoded(ids, ids))
    return Items(found, [list(range(len(lengths)))])


@pytest.mark.parametrize("attention", ["sdpa", "eager"])
def test_packed_examples_do_not_see_each_other(base: Path, attention: str) -> None:
    """Logits of each example in a pack, padded beside a longer one, are those of the example alone."""
    import torch
    from transformers import AutoModelForCausalLM

    torch.set_num_threads(1)
    model = AutoModelForCausalLM.from_pretrained(base, attn_implementation=attention).eval()
    pack, longer = _pack([17, 3, 30, 9], 1), _pack([41, 40], 2)
    batch = collator(0, packing=True)([pack[0], longer[0]])
    assert "attention_mask" not in batch
    assert batch["input_ids"].shape == (2, 81)
    alone = collator(0, packing=False)
    with torch.no_grad():
        together = model(
            input_ids=batch["input_ids"], position_ids=batch["position_ids"], use_cache=False
        ).logits
        for row, items in enumerate((pack, longer)):
            start = 0
            for at in range(len(items.examples)):
                one = alone([Items(items.examples, [[at]])[0]])
                expected = model(input_ids=one["input_ids"], attention_mask=one["attention_mask"]).logits[0]
                torch.testing.assert_close(
                    together[row, start : start + len(expected)], expected, atol=2e-6, rtol=1e-5
                )
                start += len(expected)
        # what this would look like if they did
        seen = model(input_ids=batch["input_ids"], use_cache=False).logits
    assert (seen[0, 17:59] - together[0, 17:59]).abs().max() > 1e-3


def test_flash_attention_is_told_where_examples_end() -> None:
    """It looks at the positions of one row alone, so that a batch of several packs has to say it."""
    pack, longer = _pack([17, 3, 30, 9], 1), _pack([41, 40], 2)
    batch = collator(0, packing=True, attention="flash_attention_2")([pack[0], longer[0]])
    assert batch["cu_seq_lens_q"].tolist() == [0, 17, 20, 50, 59, 81, 122, 162]
    assert batch["cu_seq_lens_k"].tolist() == batch["cu_seq_lens_q"].tolist()
    assert batch["max_length_q"] == batch["max_length_k"] == 41
    assert "cu_seq_lens_q" not in collator(0, packing=True, attention="sdpa")([pack[0]])


def test_gradients_of_a_pack_are_those_of_its_examples(base: Path) -> None:
    """What each parameter learns from a pack is the sum of what it learns from the examples alone."""
    import torch
    from transformers import AutoModelForCausalLM

    torch.set_num_threads(1)
    model = AutoModelForCausalLM.from_pretrained(base).train()
    pack = _pack([17, 3, 30, 9], 3)

    def gradient(items: list[Any], packing: bool) -> Any:
        model.zero_grad()
        batch = collator(0, packing)(items)
        labels = batch.pop("labels")
        if packing:
            labels[batch["position_ids"] == 0] = IGNORED
        logits = model(**batch, use_cache=False).logits[:, :-1]
        kept = labels[:, 1:]
        torch.nn.functional.cross_entropy(
            logits.flatten(0, 1), kept.flatten(), ignore_index=IGNORED, reduction="sum"
        ).backward()
        return torch.cat([each.grad.flatten() for each in model.parameters()])

    together = gradient([pack[0]], True)
    alone = gradient([Items(pack.examples, [[at]])[0] for at in range(4)], False)
    torch.testing.assert_close(together, alone, atol=2e-5, rtol=1e-4)
