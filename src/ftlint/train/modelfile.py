"""An Ollama Modelfile: where the weights are, how a conversation becomes text, where an answer ends."""

from __future__ import annotations

from collections.abc import Sequence

from ftlint.model import FtlintError
from ftlint.train.turns import Turns

_QUOTES = '"""'


def modelfile(
    turns: Turns, *, stops: Sequence[str], length: int, precision: str, origin: Sequence[str], bos: str = ""
) -> str:
    """The Modelfile beside a merged model.

    `origin` are lines that say what this is. `bos` is the start token where the tokenizer puts it there by
    itself: the runtime does, too, and the template must not say it twice. Raises `FtlintError` for a template
    that a Modelfile cannot hold.
    """
    lines = [f"# {line}" for line in origin]
    lines += [
        "# FROM . imports the safetensors beside this file. Ollama stores them in 16-bit floats"
        + (", as they are here." if precision != "float32" else ": less than here, so measure it again")
        + (
            ""
            if precision != "float32"
            else "\n# (convert to f32 with llama.cpp and write FROM ./model.gguf)."
        ),
        "# If it says `unsupported architecture`, convert with llama.cpp and write FROM ./model.gguf.",
        "FROM .",
        "",
        f"TEMPLATE {_QUOTES}{template(turns, bos)}{_QUOTES}",
        "",
        *(f"PARAMETER stop {_quoted(each)}" for each in stops),
        "# what it was trained on at most, in tokens",
        f"PARAMETER num_ctx {length}",
        "# ftlint eval decodes greedily; this gives what it measured:",
        "# PARAMETER temperature 0",
    ]
    return "\n".join(lines) + "\n"


def template(turns: Turns, bos: str = "") -> str:
    """The turns in Go's template language, as Ollama fills it."""
    opening = turns.opening
    system = turns.system
    lead = (system[0] if system and turns.system_in == "own" else opening) if bos else ""
    if bos and bos in turns.user[0]:
        raise FtlintError(
            f"the chat template begins each turn with {bos}, which a Modelfile cannot say: serve it with "
            "vLLM, or with llama.cpp and --jinja"
        )
    if bos and lead.startswith(bos):
        opening = opening.removeprefix(bos)
        if system and turns.system_in == "own":
            system = (system[0].removeprefix(bos), system[1])
    text = ""
    if system and turns.system_in == "own":
        text += "{{ if .System }}" + _literal(system[0]) + "{{ .System }}" + _literal(system[1])
        text += ("{{ else }}" + _literal(opening) if opening else "") + "{{ end }}"
    else:
        text += _literal(opening)
    folded = ""
    if system and turns.system_in != "own":
        # a system message is the first of .Messages, so the first user turn is the one after it
        where = "(le $i 1)" if turns.system_in == "first" else "(eq (len (slice $.Messages $i)) 1)"
        folded = "{{ if and $.System " + where + " }}" + _literal(system[0]) + "{{ $.System }}"
        folded += _literal(system[1]) + "{{ end }}"
    text += '{{ range $i, $m := .Messages }}{{ if eq $m.Role "user" }}'
    text += _literal(turns.user[0]) + folded + "{{ $m.Content }}" + _literal(turns.user[1])
    text += '{{ else if eq $m.Role "assistant" }}'
    text += _literal(turns.assistant[0]) + "{{ $m.Content }}" + _literal(turns.assistant[1])
    return text + "{{ end }}{{ end }}" + _literal(turns.prompt)


def _literal(text: str) -> str:
    if _QUOTES in text:
        raise FtlintError("the chat template holds three quotes in a row, which a Modelfile cannot")
    return text.replace("{{", '{{ "{{" }}')


def _quoted(text: str) -> str:
    if '"' in text or "\n" in text:
        raise FtlintError(f"a Modelfile cannot hold {text!r} as a stop")
    return f'"{text}"'
