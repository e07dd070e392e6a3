"""Batched answers and losses against one row at a time, and against transformers' own; merged precision."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import models
import pytest

from ftlint.evaluate.predict import predict
from ftlint.evaluate.questions import Asked, asked, ends_of, longest_answer, without_thought
from ftlint.model import FtlintError
from ftlint.weights.model import load_base
from ftlint.weights.rows import records_of
from ftlint.weights.tokenizer import load_tokenizer

torch = pytest.importorskip("torch")


def lively(folder: Path) -> Path:
    """A random model whose answers depend on what it reads: of small weights it says one token for ever."""
    from transformers import LlamaForCausalLM

    models.random_model(folder)
    model = LlamaForCausalLM.from_pretrained(folder)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if weight.dim() > 1:
                weight.mul_(12.0 if "embed" in name else 8.0)
    model.save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def lively_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.set_num_threads(1)
    return lively(tmp_path_factory.mktemp("lively") / "model")


@pytest.fixture(scope="session")
def base(lively_model: Path) -> Any:
    return load_base(str(lively_model), dtype="fp32", device="cpu")


def written(folder: Path, rows: list[dict[str, Any]], name: str = "test.jsonl") -> str:
    (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows))
    return name


def questions(folder: Path, model: Path, rows: list[dict[str, Any]], **more: Any) -> Asked:
    name = written(folder, rows)
    return asked(records_of(str(folder), [name], {}), load_tokenizer(str(model)), **more)


def mixed() -> list[dict[str, Any]]:
    """Rows of many lengths, one of several turns among them."""
    talk = models.questions(1, 9)[0]["messages"] + models.tickets(1, 9)[0]["messages"]
    return [*models.tickets(6, 1), *models.questions(9, 2), {"messages": talk}]


@pytest.mark.parametrize("batch", [3, 16])
def test_a_batch_answers_as_one_row_at_a_time(
    tmp_path: Path, lively_model: Path, base: Any, batch: int
) -> None:
    found = questions(tmp_path, lively_model, mixed()).questions
    tokenizer = load_tokenizer(str(lively_model))
    together = predict(base, tokenizer, found, max_new_tokens=12, batch=batch)
    alone = predict(base, tokenizer, found, max_new_tokens=12, batch=1)
    assert [each.output for each in together] == [each.output for each in alone]
    assert len({each.output for each in alone}) > len(alone) // 2, "the model is too dull to tell"
    for one, other in zip(together, alone, strict=True):
        assert one.loss == pytest.approx(other.loss, rel=1e-5)
    assert [each.row for each in together] == list(range(16))


def test_positions_count_from_the_first_token_that_is_there(tmp_path: Path, lively_model: Path) -> None:
    """Rotary positions are relative and forgive what learned ones do not."""
    from transformers import GPT2Config, GPT2LMHeadModel

    torch.manual_seed(3)
    config = GPT2Config(
        vocab_size=512, n_positions=512, n_embd=32, n_layer=2, n_head=4, initializer_range=0.5
    )
    model = GPT2LMHeadModel(config).eval()
    tokenizer = load_tokenizer(str(lively_model))
    tokenizer.pad_id = 2  # as where the end token pads: then the mask alone says what is padding
    found = questions(tmp_path, lively_model, mixed()).questions
    together = predict(model, tokenizer, found, max_new_tokens=8, batch=16)
    alone = predict(model, tokenizer, found, max_new_tokens=8, batch=1)
    assert [each.output for each in together] == [each.output for each in alone]
    assert [each.loss for each in together] == pytest.approx([each.loss for each in alone], rel=1e-5)


def test_answers_and_losses_are_those_of_transformers(tmp_path: Path, lively_model: Path, base: Any) -> None:
    from transformers import AutoTokenizer

    rows = mixed()
    tokenizer = AutoTokenizer.from_pretrained(lively_model)
    found = questions(tmp_path, lively_model, rows).questions
    made = predict(base, load_tokenizer(str(lively_model)), found, max_new_tokens=12, batch=4)
    for row, prediction in zip(rows, made, strict=True):
        turns = row["messages"]
        asked_with = tokenizer.apply_chat_template(
            turns[:-1], add_generation_prompt=True, return_tensors="pt", return_dict=True
        )
        out = base.generate(**asked_with, max_new_tokens=12, do_sample=False)[
            0, asked_with["input_ids"].shape[1] :
        ]
        assert prediction.output == tokenizer.decode([each for each in out if each not in (0, 2)])
        whole = tokenizer.apply_chat_template(turns, return_tensors="pt", return_dict=True)["input_ids"][
            :, :-1
        ]
        labels = whole.clone()
        labels[:, : asked_with["input_ids"].shape[1]] = -100
        with torch.no_grad():
            loss = base(input_ids=whole, labels=labels).loss
        assert prediction.loss == pytest.approx(float(loss), rel=1e-5)
        assert prediction.reference == turns[-1]["content"]


def test_the_generation_config_of_a_model_changes_nothing(
    tmp_path: Path, lively_model: Path, base: Any
) -> None:
    found = questions(tmp_path, lively_model, mixed()).questions
    tokenizer = load_tokenizer(str(lively_model))
    plain = predict(base, tokenizer, found, max_new_tokens=8, batch=8)
    own = base.generation_config
    base.generation_config = type(own)(
        do_sample=True, temperature=5.0, repetition_penalty=9.0, no_repeat_ngram_size=1, eos_token_id=2
    )
    try:
        changed = predict(base, tokenizer, found, max_new_tokens=8, batch=8)
        assert base.generation_config.repetition_penalty == 9.0
    finally:
        base.generation_config = own
    assert [each.output for each in changed] == [each.output for each in plain]


def test_what_ends_a_reference_ends_an_answer(
    tmp_path: Path, lively_model: Path, base: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The template ends turns with a token that is not the model's own end token."""
    folder = tmp_path / "model"
    shutil.copytree(lively_model, folder)
    config = json.loads((folder / "tokenizer_config.json").read_text())
    (folder / "tokenizer_config.json").write_text(json.dumps({**config, "eos_token": "<pad>"}))
    (folder / "generation_config.json").write_text('{"eos_token_id": 0}')
    tokenizer = load_tokenizer(str(folder))
    found = questions(tmp_path, folder, models.questions(2, 1)).questions
    assert tokenizer.stops == {0}
    assert ends_of(found, tokenizer.special) == {2}
    said = tokenizer.encode("It is 5.")
    answers = [[*said, 2, *said], [*said, *said, said[0]]]

    def generate(self: Any, input_ids: Any, **_: Any) -> Any:
        return torch.cat((input_ids, torch.tensor(answers)), 1)

    monkeypatch.setattr(type(base), "generate", generate)
    made = predict(base, tokenizer, found, max_new_tokens=9, batch=2)
    shown = {(each.output, each.finished) for each in made}
    assert shown == {("It is 5.", True), ("It is 5.It is 5.It", False)}


def test_memory_that_is_too_small_halves_the_batch(
    tmp_path: Path, lively_model: Path, base: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = questions(tmp_path, lively_model, mixed()).questions
    tokenizer = load_tokenizer(str(lively_model))
    plain = predict(base, tokenizer, found, max_new_tokens=4, batch=8)
    widths: list[int] = []
    generate = type(base).generate

    def small(self: Any, input_ids: Any, **more: Any) -> Any:
        widths.append(len(input_ids))
        if len(input_ids) > 2:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return generate(self, input_ids=input_ids, **more)

    monkeypatch.setattr(type(base), "generate", small)
    assert predict(base, tokenizer, found, max_new_tokens=4, batch=8) == plain
    assert widths[:4] == [8, 4, 2, 2]


def test_a_model_that_computes_no_numbers_is_told_by_its_row(tmp_path: Path, lively_model: Path) -> None:
    found = questions(tmp_path, lively_model, mixed()).questions
    broken = load_base(str(lively_model), dtype="fp32", device="cpu")
    with torch.no_grad():
        broken.get_output_embeddings().weight.fill_(float("nan"))
    with pytest.raises(FtlintError, match="is nan, which is no number") as caught:
        predict(broken, load_tokenizer(str(lively_model)), found, max_new_tokens=2)
    assert caught.value.line


def test_rows_that_do_not_fit_are_skipped_and_counted(tmp_path: Path, lively_model: Path) -> None:
    rows = [*models.tickets(3, 1), {"messages": [{"role": "user", "content": "only asked"}]}]
    rows.append({"messages": models.chat("word " * 400, "yes")["messages"]})
    found = questions(tmp_path, lively_model, rows, limit=128)
    assert len(found.questions) == 3
    assert found.skipped == {"has no answer to learn": 1, "longer than the 128 tokens of the model": 1}


def test_rows_of_other_forms(tmp_path: Path, lively_model: Path, base: Any) -> None:
    tokenizer = load_tokenizer(str(lively_model))
    pairs = [
        {
            "prompt": [{"role": "user", "content": f"What is {n} plus 1?"}],
            "chosen": [{"role": "assistant", "content": f"It is {n + 1}."}],
            "rejected": [{"role": "assistant", "content": "No."}],
        }
        for n in range(3)
    ]
    found = questions(tmp_path, lively_model, pairs).questions
    assert [each.reference for each in found] == ["It is 1.", "It is 2.", "It is 3."]
    assert all(each.ids == each.context for each in found)
    plain = questions(
        tmp_path, lively_model, [{"text": f"Ana lives in Oslo and has {n} lamps."} for n in range(3)]
    )
    assert [each.ids for each in plain.questions] == [(), (), ()]
    made = predict(base, tokenizer, plain.questions, max_new_tokens=4, batch=2)
    assert [each.output for each in made] == ["", "", ""]
    assert all(each.loss and each.loss > 0 for each in made)


def test_how_long_an_answer_may_be(tmp_path: Path, lively_model: Path) -> None:
    short = questions(tmp_path, lively_model, models.questions(5, 1)).questions
    assert longest_answer(short) == 32
    assert longest_answer([short[0]._replace(target=(1,) * 50)]) == 100
    assert longest_answer([short[0]._replace(target=(1,) * 5000)]) == 1024


@pytest.mark.parametrize(
    ("text", "answer", "thought"),
    [
        ("<think>\n\n</think>\n\nIt is 5.", "It is 5.", ""),
        ("<think>2 and 3</think>It is 5.", "It is 5.", "2 and 3"),
        ("<think>2 and", "<think>2 and", ""),
        ("It is <think>5</think>", "It is <think>5</think>", ""),
    ],
)
def test_an_answer_is_compared_without_its_thought(text: str, answer: str, thought: str) -> None:
    assert without_thought(text) == (answer, thought)
