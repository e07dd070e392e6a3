"""LLaMA-Factory's registry of datasets: `dataset_info.json` names each file's format, columns and tags."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from ftlint.detect.quoted import discreet
from ftlint.formats.columns import remapped
from ftlint.formats.variants import OPENAI_TAGS, SHAREGPT_TAGS
from ftlint.model import Format, FtlintError

Columns = dict[str, str | None]

MOST_TOLD = 40
"""Signs of a value that is none of those known."""

SOURCES = frozenset({"file_name", "hf_hub_url", "ms_hub_url", "om_hub_url", "script_url", "cloud_file_name"})


def is_registry(value: Any) -> bool:
    """Whether a decoded JSON document is such a registry: every entry says where its data comes from."""
    if not isinstance(value, Mapping) or not value:
        return False
    return all(isinstance(entry, dict) and not SOURCES.isdisjoint(entry) for entry in value.values())


def read_registry(file: str, path: str = "") -> dict[str, Format]:
    """File name (as written, relative to the registry) -> format, of a registry on disk.

    Raises `FtlintError` where it is no registry or names what does not exist.
    """
    import json

    try:
        with open(file, encoding="utf-8-sig") as stream:
            registry = json.load(stream)
    except (OSError, ValueError, RecursionError) as error:
        raise FtlintError(f"cannot be read as JSON: {type(error).__name__}", path or file) from error
    if not is_registry(registry):
        raise FtlintError("is no LLaMA-Factory registry: an entry names no file_name or hub", path or file)
    return registry_formats(registry, path or file)


def registry_formats(registry: Mapping[str, Any], path: str = "") -> dict[str, Format]:
    """File name -> format for the local files of a decoded registry; the first entry of a file counts."""
    found: dict[str, Format] = {}
    for name, entry in registry.items():
        file = entry.get("file_name") if isinstance(entry, dict) else None
        if isinstance(file, str) and file and file not in found:
            try:
                found[file] = _format(entry)
            except FtlintError as error:
                raise FtlintError(f"dataset {discreet(name)!r}: {error.message}", path) from error
    return found


class RegisteredSource(NamedTuple):
    """Where the data of an entry comes from: a path relative to the registry, a hub's id, an address."""

    kind: Literal["file", "hub", "remote"]
    name: str
    split: str = ""
    limit: int | None = None


def source_of(entry: Mapping[str, Any]) -> RegisteredSource:
    """Where LLaMA-Factory takes an entry's data from: a hub first, then a script or a store, then a file."""
    split, limit = entry.get("split"), entry.get("num_samples")
    beside = (split if isinstance(split, str) else "", limit if isinstance(limit, int) else None)
    hubs = ("hf_hub_url", "ms_hub_url", "om_hub_url")
    afar = ("script_url", "cloud_file_name")
    for keys, kind in ((hubs, "hub"), (afar, "remote"), (("file_name",), "file")):
        for key in keys:
            name = entry.get(key)
            if isinstance(name, str) and name:
                return RegisteredSource(kind, name, *beside)  # type: ignore[arg-type]  # of those three
    return RegisteredSource("remote", "", *beside)


def _format(entry: Mapping[str, Any]) -> Format:
    formatting = entry.get("formatting", "alpaca")
    columns = _named(entry.get("columns"), "columns")
    if formatting == "alpaca":
        return _alpaca(columns, bool(entry.get("ranking")))
    if formatting in ("sharegpt", "openai"):
        tags = _named(entry.get("tags"), "tags")
        if formatting == "openai":
            tags = {**OPENAI_TAGS, **tags}
        return _sharegpt(columns, tags, bool(entry.get("ranking")))
    told = discreet(str(formatting))[:MOST_TOLD]
    raise FtlintError(f"unknown formatting {told!r}: alpaca, sharegpt or openai")


def _named(value: Any, what: str) -> dict[str, str]:
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(isinstance(name, str) for name in value.values()):
        raise FtlintError(f"{what} must map words to names of columns")
    return dict(value)


def _alpaca(columns: dict[str, str], ranking: bool) -> Format:
    """Where columns are given, those left out are not read; where none are, Alpaca's own names hold."""
    given = columns or {"prompt": "instruction", "query": "input", "response": "output"}
    if ranking:
        chosen: Columns = {key: given[key] for key in ("chosen", "rejected", "system") if key in given}
        return remapped(
            "trl-preference", {"prompt": given.get("prompt"), "input": given.get("query"), **chosen}
        )
    if "kto_tag" in given:
        return remapped(
            "trl-unpaired", {key: given.get(key) for key in ("prompt", "query", "response", "kto_tag")}
        )
    if "response" not in given:
        return remapped("text", {"text": given.get("prompt", "text")})
    words = ("prompt", "query", "response", *(key for key in ("system", "history") if key in given))
    return remapped("alpaca", {key: given.get(key) for key in words})


def _sharegpt(columns: dict[str, str], tags: dict[str, str], ranking: bool) -> Format:
    messages = columns.get("messages", "conversations")
    beside: Columns = {key: columns[key] for key in ("system", "tools") if key in columns}
    if ranking:
        chosen: Columns = {key: columns[key] for key in ("chosen", "rejected") if key in columns}
        return remapped("sharegpt-dpo", {"messages": messages, **beside, **chosen}, tags)
    if "kto_tag" in columns:
        return remapped(
            "kto", {"messages": messages, "kto_tag": columns["kto_tag"], **beside}, {**SHAREGPT_TAGS, **tags}
        )
    return remapped("sharegpt", {"messages": messages, **beside}, tags)
