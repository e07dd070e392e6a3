"""Turns found in chat templates of several shapes, and the same text from Go where Go is installed."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import models
import pytest

from ftlint.model import FtlintError
from ftlint.train.modelfile import modelfile, template
from ftlint.train.turns import Message, Render, turns_of
from ftlint.weights.templates import Template, TemplateFault

QWEN = (
    "{% for message in messages %}{% if loop.first and message['role'] != 'system' %}"
    "{{ '<|im_start|>system\nYou are kind.<|im_end|>\n' }}{% endif %}"
    "{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
LLAMA3 = (
    "{% for message in messages %}{% set content = '<|start_header_id|>' + message['role'] + "
    "'<|end_header_id|>\n\n' + message['content'] | trim + '<|eot_id|>' %}{% if loop.index0 == 0 %}"
    "{% set content = bos_token + content %}{% endif %}{{ content }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}"
)
GEMMA = (
    "{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('no system') }}{% endif %}"
    "{% for message in messages %}"
    "{% set role = 'model' if message['role'] == 'assistant' else message['role'] %}"
    "{{ '<start_of_turn>' + role + '\n' + message['content'] + '<end_of_turn>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<start_of_turn>model\n' }}{% endif %}"
)
GEMMA3 = (
    "{{ bos_token }}"
    "{% set lead = messages[0]['content'] + '\n\n' if messages[0]['role'] == 'system' else '' %}"
    "{% set rest = messages[1:] if lead else messages %}{% for message in rest %}"
    "{% set role = 'model' if message['role'] == 'assistant' else message['role'] %}"
    "{{ '<start_of_turn>' + role + '\n' + (lead if loop.first else '') }}"
    "{{ message['content'] + '<end_of_turn>\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<start_of_turn>model\n' }}{% endif %}"
)
MISTRAL = (
    "{% set system = messages[0]['content'] if messages[0]['role'] == 'system' else '' %}{{ bos_token }}"
    "{% for message in (messages[1:] if system else messages) %}{% if message['role'] == 'user' %}"
    "{{ '[INST] ' + (system + '\n\n' if loop.last and system else '') + message['content'] + ' [/INST]' }}"
    "{% else %}{{ ' ' + message['content'] + eos_token }}{% endif %}{% endfor %}"
)
LLAMA2 = (
    "{% set system = messages[0]['content'] if messages[0]['role'] == 'system' else '' %}"
    "{% for message in (messages[1:] if system else messages) %}{% if message['role'] == 'user' %}"
    "{{ bos_token + '[INST] ' + ('<<SYS>>\n' + system + '\n<</SYS>>\n\n' if loop.first and system else '') + "
    "message['content'] + ' [/INST]' }}{% else %}{{ ' ' + message['content'] + ' ' + eos_token }}{% endif %}"
    "{% endfor %}"
)
BRACES = "{% for m in messages %}{{ '{{' + m.role + '}}' + m.content }}|{% endfor %}{{ '{{assistant}}' }}"
COUNTS = "{% for m in messages %}{{ loop.index }}:{{ m.content }}{% endfor %}A:"
PLACES = {
    "chatml": (models.CHATML, "own"),
    "qwen": (QWEN, "own"),
    "llama3": (LLAMA3, "own"),
    "gemma": (GEMMA, ""),
    "gemma3": (GEMMA3, "first"),
    "mistral": (MISTRAL, "last"),
    "llama2": (LLAMA2, "first"),
    "braces": (BRACES, "own"),
}
TALKS = [
    [("user", "Hi")],
    [("user", "Hi"), ("assistant", "Yes?"), ("user", "two\nlines {{x}}")],
    [("user", "a"), ("assistant", "b"), ("user", "c"), ("assistant", "d"), ("user", "e")],
]
GO = """package main
import ("encoding/json"; "os"; "text/template")
type M struct{ Role, Content string }
func main() {
  var in []struct{ T, S string; Ms []*M }
  json.NewDecoder(os.Stdin).Decode(&in)
  for _, each := range in {
    made := template.Must(template.New("").Option("missingkey=zero").Parse(each.T))
    filled := map[string]any{"System": each.S, "Messages": each.Ms}
    if err := made.Execute(os.Stdout, filled); err != nil { panic(err) }
    os.Stdout.WriteString("\\x00")
  }
}
"""


def rendering(text: str) -> Render:
    made = Template(text, date(2026, 11, 28))

    def render(messages: Sequence[Message], prompt: bool) -> str:
        try:
            names = {"bos_token": "<s>", "eos_token": "</s>"}
            return made.render(messages, None, prompt=prompt, names=names).text
        except TemplateFault as fault:
            raise ValueError(str(fault)) from None

    return render


def talks(place: str) -> list[list[Message]]:
    plain = [[{"role": role, "content": content} for role, content in talk] for talk in TALKS]
    system = [[{"role": "system", "content": 'Be "kind".'}, *talk] for talk in plain]
    return [*plain, *system] if place else [*plain]


@pytest.mark.parametrize("name", PLACES)
def test_turns_say_what_the_template_says(name: str) -> None:
    text, place = PLACES[name]
    render = rendering(text)
    turns = turns_of(render)
    assert turns is not None
    assert (turns.system_in if turns.system else "") == place
    for talk in talks(place):
        assert turns.text(talk) == render(talk, True)


def test_a_template_that_counts_its_turns_has_none() -> None:
    assert turns_of(rendering(COUNTS)) is None


def test_a_start_token_is_not_said_twice() -> None:
    for name in ("llama3", "gemma", "gemma3", "mistral"):
        turns = turns_of(rendering(PLACES[name][0]))
        assert turns is not None
        assert "<s>" in template(turns)
        assert "<s>" not in template(turns, "<s>")
    turns = turns_of(rendering(LLAMA2))
    assert turns is not None
    with pytest.raises(FtlintError, match=r"begins each turn with <s>, which a Modelfile cannot say"):
        template(turns, "<s>")


def test_three_quotes_are_refused() -> None:
    turns = turns_of(rendering('{% for m in messages %}"""{{ m.role }}{{ m.content }}{% endfor %}A'))
    assert turns is not None
    with pytest.raises(FtlintError, match="three quotes"):
        modelfile(turns, stops=[], length=8, precision="bfloat16", origin=[])


@pytest.mark.skipif(shutil.which("go") is None, reason="Go is not installed")
def test_go_says_the_same(tmp_path: Path) -> None:
    """Ollama's templates are Go's; .System holds the system message, .Messages all of them."""
    asked, expected = [], []
    for text, place in PLACES.values():
        render = rendering(text)
        turns = turns_of(render)
        assert turns is not None
        for talk in talks(place):
            system = talk[0]["content"] if talk[0]["role"] == "system" else ""
            said = [{"Role": each["role"], "Content": each["content"]} for each in talk]
            asked.append({"T": template(turns), "S": system, "Ms": said})
            expected.append(render(talk, True))
    (tmp_path / "main.go").write_text(GO)
    ended = subprocess.run(
        ["go", "run", "main.go"],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=True,
        env=None,
    )
    assert ended.stdout.split("\0")[:-1] == expected
