"""Baseline results: what the base model scores before any tuning, as a file `baseline.json`.

{
  "ftlint_baseline": 1,
  "model": "Qwen/Qwen3-8B",
  "revision": "b968826d9c46dd6066d109eabc6255188de91218",
  "dataset": {"hash": "sha256:9f86d0...", "split": "validation", "files": ["data/val.jsonl"]},
  "metrics": [
    {"name": "exact_match", "value": 0.612, "n": 500,
     "interval": {"low": 0.569, "high": 0.654, "level": 0.95, "method": "wilson"}}
  ],
  "date": "2026-11-20",
  "tool": {"name": "my-eval", "version": "1.4"}
}

The models below are the form; `baseline.schema.json` is made from them. Result files of other tools are read
by `ftlint.read.eval_results`. This module imports pydantic: import it where a baseline file is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date as day
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from ftlint.model.baseline import Baseline, Metric, Problem
from ftlint.model.config_tree import Node
from ftlint.read.config_text import parse
from ftlint.read.eval_results import is_lm_eval, is_trainer, is_tuned, lm_eval, trainer
from ftlint.read.scalars import resolve

MARK = "ftlint_baseline"
_LIKELY = frozenset({"model", "dataset", "metrics"})


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Interval(_Form):
    """A confidence interval of a metric."""

    low: float
    high: float
    level: float = Field(0.95, gt=0, lt=1, description="Confidence level, 0 to 1.")
    method: str = Field("", description="How it was made: wilson, bootstrap, normal ...")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low > self.high:
            raise ValueError("low lies above high")
        return self


class MetricResult(_Form):
    """One measured number."""

    name: str = Field(min_length=1)
    value: float
    n: int = Field(ge=1, description="Examples it was measured on.")
    interval: Interval | None = None
    higher_is_better: bool = True

    @model_validator(mode="after")
    def _inside(self) -> Self:
        if self.interval and not self.interval.low <= self.value <= self.interval.high:
            raise ValueError("value lies outside its interval")
        return self


class EvaluatedData(_Form):
    """The files that were evaluated."""

    hash: str = Field(
        pattern=r"^sha256:[0-9a-f]{64}$",
        description="SHA-256 over the bytes of the files, one after the other in the order of their paths.",
    )
    split: str = Field("", description="What the files are to the training: validation or test.")
    files: list[str] = Field([], description="Their paths, relative to the root of the project.")


class Tool(_Form):
    """What evaluated the model."""

    name: str = Field(min_length=1)
    version: str = ""


class BaselineResult(_Form):
    """The base model's evaluation result before any tuning."""

    ftlint_baseline: Literal[1] = Field(description="The version of this form.")
    model: str = Field(min_length=1, description="The base model, as the training config names it.")
    revision: str = Field("", description="The commit of the model's repository.")
    dataset: EvaluatedData
    metrics: list[MetricResult] = Field(min_length=1)
    date: str = Field(json_schema_extra={"format": "date"}, description="When it was measured, YYYY-MM-DD.")
    tool: Tool

    @field_validator("date")
    @classmethod
    def _is_day(cls, value: str) -> str:
        try:
            return day.fromisoformat(value).isoformat()
        except ValueError:
            raise ValueError("must be a date, YYYY-MM-DD") from None

    @field_validator("metrics")
    @classmethod
    def _named_once(cls, value: list[MetricResult]) -> list[MetricResult]:
        names = [metric.name for metric in value]
        if len(set(names)) < len(names):
            raise ValueError("two metrics have one name")
        return value


def baseline_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of `baseline.json`."""
    schema = BaselineResult.model_json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "ftlint baseline result",
        **{key: value for key, value in schema.items() if key != "title"},
    }


def dataset_hash(files: Sequence[str]) -> str:
    """`sha256:` and the digest of the files' bytes, one after the other as given: `cat A B | sha256sum`.

    Give them in the order of their paths. Raises `OSError`.
    """
    digest = hashlib.sha256()
    for file in files:
        with open(file, "rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return f"sha256:{digest.hexdigest()}"


def read_baseline(data: bytes, path: str, declared: bool = False) -> Baseline | None:
    """A baseline result of any of the forms; what is wrong with it stands in its `problems`.

    None for a file that is no baseline result: of an adapter, of something else. One that a person
    declares as the baseline (`declared`) is never None.
    """
    written = parse(data, path if path.endswith(".json") else f"{path}.json")
    if written is None:
        return _broken(path, "it is no JSON object, or larger than any result") if declared else None
    if written.tree is None:
        at = written.broken
        named = path.rpartition("/")[2] == "baseline.json"
        if at is None or not (declared or (named and MARK.encode() in data)):
            return None
        return _broken(path, f"it is not valid JSON: {at.message}", at.line, at.column)
    tree = written.tree
    if MARK in tree.entries or (len(_LIKELY & tree.entries.keys()) > 1 and not is_lm_eval(tree)):
        return _own(tree, path)
    if is_lm_eval(tree):
        if not is_tuned(tree):
            return lm_eval(tree, path)
        told = "it was measured with an adapter: it is the tuned model's result, not the base model's"
        line = _at(tree, ("config", "model_args"))
        return _broken(path, told, line.range.line, line.range.column) if declared else None
    if declared and is_trainer(tree):
        return trainer(tree, path)
    return _broken(path, f"it lacks {MARK!r}, and is of no other tool that is known") if declared else None


def _own(tree: Node, path: str) -> Baseline:
    try:
        result = BaselineResult.model_validate(resolve(tree, "json"))
    except ValidationError as error:
        return Baseline(path, "", problems=tuple(_problems(error, tree)))
    metrics = tuple(
        Metric(
            each.name,
            each.value,
            each.n,
            each.interval.low if each.interval else None,
            each.interval.high if each.interval else None,
            each.higher_is_better,
            each.interval.method if each.interval else "",
        )
        for each in result.metrics
    )
    return Baseline(
        path,
        result.model,
        result.revision,
        result.dataset.hash,
        result.dataset.split,
        metrics,
        result.date,
        " ".join(part for part in (result.tool.name, result.tool.version) if part),
        files=tuple(result.dataset.files),
        places={name: entry.value.range for name, entry in tree.walk()},
    )


def _problems(error: ValidationError, tree: Node) -> Iterator[Problem]:
    """What pydantic found, in our words and without what stands in the file."""
    for each in error.errors(include_url=False, include_input=False):
        parts = each["loc"]
        node = _at(tree, parts)
        named = _called(parts)
        match each["type"]:
            case "missing":
                message = f"{named} is missing"
            case "extra_forbidden":
                message = f"unknown key {named!r}"
            case "value_error":
                message = ": ".join(part for part in (named, str(each["ctx"]["error"])) if part)
            case "string_pattern_mismatch":
                message = f"{named} must be sha256: and 64 hexadecimal digits"
            case "too_short" | "string_too_short":
                message = f"{named} is empty"
            case "literal_error":
                message = f"{named} must be 1, the one version there is"
            case _:
                told = each["msg"]
                message = f"{named}: {told[:1].lower()}{told[1:]}"
        yield Problem(message, node.range.line, node.range.column)


def _called(parts: Sequence[int | str]) -> str:
    """`metrics[0].n` for its parts."""
    named = ""
    for part in parts:
        named += f"[{part}]" if isinstance(part, int) else f".{part}" if named else part
    return named


def _at(tree: Node, parts: Sequence[int | str]) -> Node:
    """The node at a path, or the last one on the way that is there; of a wrong key the key itself."""
    node = tree
    for index, part in enumerate(parts):
        if isinstance(part, int):
            if part >= len(node.items):
                break
            node = node.items[part]
        elif part in node.entries:
            entry = node.entries[part]
            node = entry.key if index == len(parts) - 1 and entry.value.kind != "scalar" else entry.value
        else:
            break
    return node


def _broken(path: str, message: str, line: int = 1, column: int = 1) -> Baseline:
    return Baseline(path, "", problems=(Problem(message, line, column),))
