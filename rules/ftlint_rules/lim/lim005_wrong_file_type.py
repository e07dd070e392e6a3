from __future__ import annotations

from collections.abc import Iterator

from ftlint.facts.targets import profile
from ftlint.model import Dataset, Finding, Severity
from ftlint.rule import Example, Rule

_SETTINGS = '[[dataset]]\nname = "example"\ntarget = "{target}"\ntrain = "{file}"\n'
_ROW = '{"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]}'


def _file(name: str, target: str, text: str) -> Example:
    return Example(files={name: text, "ftlint.toml": _SETTINGS.format(target=target, file=name)})


class WrongFileType(Rule[Dataset]):
    """A file whose name ends in something the target does not take.

    ## Why it matters
    Targets judge a file by its extension before they read it. A JSON array in `train.json` is turned away
    by every hosted service although its records are sound.

    ## What to do
    Write one record a line and call the file `.jsonl`, uncompressed where the target says so.

    ## References
    The extensions stand in the dated table of targets: OpenAI, Azure, Bedrock, Fireworks, Mistral and Vertex
    take `.jsonl` only, Together also Parquet, Bedrock distillation also `.gz`.
    On 56 public files, target gpt-4o-mini: 1 hit, 1 looked at, 1 true.
    """

    code = "LIM005"
    name = "wrong-file-type"
    severity = Severity.ERROR
    help = "convert it to .jsonl, one record a line"
    bad = (
        _file("train.json", "openai", f"[{_ROW}]"),
        _file("train.csv", "bedrock-llama-3.1", "prompt,completion\nHi,Hello\n"),
    )
    good = (
        _file("train.jsonl", "openai", _ROW + "\n"),
        _file("train.JSONL", "openai", _ROW + "\n"),
        _file("train.json", "llamafactory", f"[{_ROW}]"),
    )

    def check(self, dataset: Dataset) -> Iterator[Finding]:
        if not dataset.target:
            return
        target = profile(dataset.target)
        for split, part in dataset.parts:
            if not target.extensions or split.name not in ("train", "validation"):
                continue
            name = part.path.rpartition("/")[2].lower()
            if name == "-" or name.endswith(target.extensions):
                continue
            written = f".{name.rpartition('.')[2]}" if "." in name else "no extension"
            yield Finding(
                f"{written}; {target.title} takes {' or '.join(target.extensions)}{target.dated}",
                path=part.path,
            )
