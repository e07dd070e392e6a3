"""Results and predictions as files: the same result, the same bytes; a file is whole or not there."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ftlint.fix.output import replacing
from ftlint.model import FtlintError

if TYPE_CHECKING:
    from pydantic import ValidationError

    from ftlint.evaluate.result import EvalResult, Prediction

RESULT = "eval.json"


def result_bytes(result: EvalResult) -> bytes:
    """`eval.json`: keys in the order of the form, two spaces, one line end."""
    return (json.dumps(result.model_dump(mode="json"), ensure_ascii=False, indent=2) + "\n").encode()


def result_hash(result: EvalResult) -> str:
    """SHA-256 of the file that the result is written as, in hexadecimal digits."""
    return hashlib.sha256(result_bytes(result)).hexdigest()


def write_result(path: str, result: EvalResult) -> None:
    """Raises `FtlintError` where it cannot be written."""
    write_pieces(path, [result_bytes(result)])


def read_result(path: str) -> EvalResult:
    """Raises `FtlintError` with what is wrong, never with what stands in the file."""
    from pydantic import ValidationError

    from ftlint.evaluate.result import EvalResult

    try:
        return EvalResult.model_validate_json(_bytes(path))
    except ValidationError as error:
        raise FtlintError(f"not a result of ftlint eval: {_told(error)}", path) from None


def write_predictions(path: str, predictions: Iterable[Prediction]) -> None:
    """One line for each prediction, in their order. Raises `FtlintError` where it cannot be written."""
    write_pieces(path, (_line(each) for each in predictions))


def read_predictions(path: str) -> list[Prediction]:
    """Raises `FtlintError` with the line, never with what stands in it, and for a file without rows."""
    from pydantic import ValidationError

    from ftlint.evaluate.result import Prediction

    rows = []
    for number, line in enumerate(_bytes(path).split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            rows.append(Prediction.model_validate_json(line))
        except ValidationError as error:
            raise FtlintError(f"not a prediction: {_told(error)}", path, number) from None
    if not rows:
        raise FtlintError("holds no prediction", path)
    return rows


def eval_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of `eval.json`."""
    from ftlint.evaluate.result import EvalResult

    schema = EvalResult.model_json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "ftlint eval result",
        **{key: value for key, value in schema.items() if key != "title"},
    }


def prediction_id(prompt: Sequence[dict[str, Any]] | str, reference: str) -> str:
    """What pairs are made by: SHA-256 of prompt and reference."""
    written = json.dumps([prompt, reference], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def _line(each: Prediction) -> bytes:
    # half a surrogate pair, which data may hold, is no character: it could not be read again
    text = json.dumps(each.model_dump(), ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace") + b"\n"


def write_pieces(path: str, pieces: Iterable[bytes]) -> None:
    """Makes the folder, too. Raises `FtlintError` where it cannot be written."""
    try:
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    except OSError as error:
        raise FtlintError(f"cannot write: {error.strerror or error}", path) from None
    with replacing(path, "", force=True) as out:
        for piece in pieces:
            out.write(piece)


def _bytes(path: str) -> bytes:
    try:
        with open(path, "rb") as stream:
            return stream.read()
    except OSError as error:
        raise FtlintError(f"cannot read: {error.strerror or error}", path) from None


def _told(error: ValidationError) -> str:
    """The first fault, by its place: not the value."""
    return next(_faults(error))


def _faults(error: ValidationError) -> Iterator[str]:
    for each in error.errors(include_url=False, include_input=False, include_context=False):
        place = ".".join(map(str, each["loc"]))
        kind = each["type"]
        if kind == "missing":
            yield f"{place} is missing"
        elif kind == "extra_forbidden":
            yield f"unknown key {place}"
        elif kind == "json_invalid":
            yield "it is no JSON"
        else:
            told = each["msg"]
            yield f"{place}: {told[:1].lower()}{told[1:]}" if place else f"{told[:1].lower()}{told[1:]}"
