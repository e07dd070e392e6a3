"""Command lines and calls that carry training arguments, in scripts, code and notebooks. Nothing is run."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping

from ftlint.dialects.launching.commands import Launch, launch, scripts
from ftlint.dialects.launching.configs import all_configs
from ftlint.dialects.launching.place import Place
from ftlint.dialects.launching.python import Code
from ftlint.dialects.launching.shell import Kind, Piece, Word, commands
from ftlint.dialects.launching.text import Traced, whole
from ftlint.dialects.launching.variables import Variables
from ftlint.model.training_config import TrainingConfig
from ftlint.read.config_text import Offsets

DEEPEST = 3
"""Shell text in shell text: `srun bash -c "bash -c '...'"`."""

INNER = 10
"""What a sign of shell text in shell text costs, as against one that is put in for a variable."""

_LINE = r"((?:[^\\\n]|\\\r?\n|\\.)*)"
"""A line, and those that it goes on in."""

_RECIPE = re.compile(rf"^\t[@\-+ \t]*{_LINE}", re.MULTILINE)
_SET = re.compile(r"^(?:export[ \t]+|override[ \t]+)?([\w.-]+)[ \t]*[:?]?:?=[ \t]*(.*)$", re.MULTILINE)
_BUILD = re.compile(rf"^[ \t]*(?:RUN|CMD|ENTRYPOINT)[ \t]+{_LINE}", re.MULTILINE | re.IGNORECASE)
_BUILD_SET = re.compile(r"^[ \t]*(?:ENV|ARG)[ \t]+(\w+)[= \t](.*)$", re.MULTILINE | re.IGNORECASE)
_SERVICE = re.compile(rf"^Exec\w+=[-@:+!]*{_LINE}", re.MULTILINE)


def launched(
    data: bytes, path: str, versions: Mapping[str, tuple[str, str]] = {}, file: str = ""
) -> list[TrainingConfig]:
    """A config for each command of a script that trains, and for each call that holds a training's arguments.

    Only what is written is read: variables that are set to one literal are put in, anything else that a run
    would tell is unknown. With `file`, where the script lies, the config file that a command names is laid
    under its arguments.
    """
    mark = len(b"\xef\xbb\xbf") if data.startswith(b"\xef\xbb\xbf") else 0
    try:
        text = data[mark:].decode()
    except UnicodeDecodeError:
        return []
    place = Place(path, Offsets(text, mark), file, versions)
    source = whole(text)
    name = posixpath.basename(path).lower()
    if name.endswith(".py"):
        return _python([source], [], place)
    if name.endswith(".ipynb"):
        from ftlint.dialects.launching.notebook import cells

        found = cells(text, place.offsets)
        return _python(found.python, found.shell, place)
    return all_configs(_in_script(source, name), place)


def _in_script(source: Traced, name: str) -> list[Launch]:
    if name.startswith(("makefile", "justfile")) or name.endswith(".mk"):
        return _parts(source, _RECIPE, _SET, "make")
    if name.startswith("dockerfile") or name.endswith(".dockerfile"):
        return _parts(source, _BUILD, _BUILD_SET)
    if name.endswith(".service"):
        return _parts(source, _SERVICE, None)
    return _in_shell(source, Variables(), "powershell" if name.endswith(".ps1") else "sh")


def _parts(
    source: Traced, lines: re.Pattern[str], sets: re.Pattern[str] | None, kind: Kind = "sh"
) -> list[Launch]:
    """The launches of the lines of a file that are shell text, with the variables that the file sets."""
    variables = Variables()
    for found in sets.finditer(source.text) if sets is not None else ():
        value = source.cut(*found.span(2))
        value = value.cut(0, len(value.text.rstrip().rstrip("\\")))
        quoted = len(value.text) > 1 and value.text[0] == value.text[-1] and value.text[0] in "'\""
        pieces = [word.raw for word in _words(value)] if not quoted else [value.cut(1, -1)]
        spaced = value if len(pieces) > 1 else pieces[0] if pieces else value
        variables.set(found.group(1), Word((Piece(spaced),)))
    launches: list[Launch] = []
    for found in lines.finditer(source.text):
        part = source.cut(*found.span(1))
        if part.text.startswith("["):
            launches += _listed(part)
        else:
            launches += _in_shell(part, variables, kind)
    return launches


def _words(value: Traced) -> list[Word]:
    return [word for command in commands(value) for word in command]


def _listed(part: Traced) -> list[Launch]:
    """The command of `CMD ["python", "train.py", ...]`."""
    words = [
        part.cut(found.start(1), found.end(1)) for found in re.finditer(r'"((?:[^"\\]|\\.)*)"', part.text)
    ]
    found = launch(words)
    return [found] if found is not None else []


def _in_shell(source: Traced, variables: Variables, kind: Kind = "sh", depth: int = 0) -> list[Launch]:
    """The launches of shell text, and of shell text that it runs."""
    found = commands(source, kind)
    variables.take(found)
    launches: list[Launch] = []
    for command in found:
        words = variables.expanded(command)
        inner = scripts(words) if depth < DEEPEST else []
        if inner and not variables.afford(sum(INNER * len(script.text) for script in inner)):
            continue
        for script in inner:
            launches += _in_shell(script, variables, depth=depth + 1)
        started = launch(words) if not inner else None
        if started is not None:
            launches.append(started)
    return launches


def _python(cells: Iterable[Traced], shell: Iterable[Traced], place: Place) -> list[TrainingConfig]:
    from ftlint.dialects.launching.calls import configs

    parts = list(cells)
    called = any(_ARGUMENTS.search(part.text) for part in parts)
    codes = list(
        _codes(part for part in parts if (called and _CALLS.search(part.text)) or _may_launch(part.text))
    )
    launches = [each for text in shell for each in _in_shell(text, Variables())]
    for code in codes:
        launches += [each for words in code.commands() if (each := launch(words)) is not None]
        launches += [each for text in code.scripts() for each in _in_shell(text, Variables())]
    return all_configs(launches, place, configs(codes, place))


_ARGUMENTS = re.compile(
    r"(?<!class )\b(?:\w*TrainingArguments"
    r"|(?:SFT|DPO|KTO|ORPO|CPO|PPO\w*|GRPO|RLOO|Reward|PRM|GKD|XPO|NashMD|OnlineDPO)Config)\s*\("
)
_CALLS = re.compile(r"(?:Config|TrainingArguments|Trainer|from_pretrained|get_peft_model|load_dataset)\s*\(")
_LAUNCHERS = re.compile(
    r"accelerate|torchrun|torch\.distributed\.(?:run|launch)|deepspeed|axolotl|\b(?:trl|tune|swift|oumi|litgpt"
    r"|autotrain|megatron)\b|llamafactory-cli|mlx_lm|subprocess|os\.system|popen",
    re.IGNORECASE,
)


def _may_launch(text: str) -> bool:
    return "--" in text and _LAUNCHERS.search(text) is not None


def _codes(cells: Iterable[Traced]) -> Iterator[Code]:
    for cell in cells:
        try:
            yield Code(cell)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
