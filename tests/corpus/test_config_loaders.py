"""Real config files as trees: what each loader makes of their values, and where these stand."""

import datetime
import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from ftlint.model.config_tree import Node
from ftlint.read.config_text import Written, parse
from ftlint.read.scalars import resolve

pytestmark = pytest.mark.corpus


@lru_cache(maxsize=1)
def files(folder: Path) -> list[Path]:
    return [file for file in sorted(folder.rglob("*")) if file.suffix in (".yaml", ".yml", ".json")]


@pytest.fixture(scope="module")
def folder(corpus: Path) -> Path:
    return corpus / "configs"


def parsed(data: bytes, name: str) -> Written:
    written = parse(data, name)
    assert written is not None, name
    assert written.tree is not None, (name, written.broken)
    return written


def same(ours: Any, theirs: Any) -> bool:
    """Equal in value and type; a date is the text it was."""
    if isinstance(theirs, datetime.date | datetime.datetime):
        return isinstance(ours, str)
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return ours.keys() == theirs.keys() and all(same(ours[key], theirs[key]) for key in ours)
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(same, ours, theirs))
    return type(ours) is type(theirs) and (ours == theirs or str(ours) == str(theirs))


def yamls(folder: Path) -> Iterator[tuple[Path, bytes]]:
    for file in files(folder):
        if file.suffix != ".json":
            yield file, file.read_bytes()


def test_yaml_is_what_pyyaml_loads(folder: Path) -> None:
    checked = 0
    for file, data in yamls(folder):
        tree = parsed(data, file.name).tree
        assert tree is not None
        assert same(resolve(tree, "yaml-1.1"), yaml.load(data, yaml.CSafeLoader)), file
        checked += 1
    assert checked >= 790


def test_yaml_is_what_omegaconf_loads(folder: Path) -> None:
    """Where it takes the file: it refuses keys that are written twice."""
    omegaconf = pytest.importorskip("omegaconf", reason="omegaconf is not installed")
    refused = 0
    for file, data in yamls(folder):
        written = parsed(data, file.name)
        try:
            theirs = omegaconf.OmegaConf.to_container(omegaconf.OmegaConf.load(file))
        except yaml.constructor.ConstructorError:
            assert written.duplicates, file
            refused += 1
            continue
        assert written.tree is not None
        assert same(resolve(written.tree, "omegaconf"), theirs), file
    assert refused == 7


def test_yaml_is_what_ruamel_loads(folder: Path) -> None:
    """Where it takes the file: it refuses keys that are written twice, too."""
    ruamel = pytest.importorskip("ruamel.yaml", reason="ruamel.yaml is not installed")
    refused = 0
    for file, data in yamls(folder):
        written = parsed(data, file.name)
        try:
            theirs = ruamel.YAML(typ="safe").load(data)
        except ruamel.constructor.DuplicateKeyError:
            assert written.duplicates, file
            refused += 1
            continue
        assert written.tree is not None
        assert same(resolve(written.tree, "yaml-1.2"), theirs), file
    assert refused == 7


def test_json_is_what_json_loads(folder: Path) -> None:
    checked = 0
    for file in files(folder):
        if file.suffix == ".json":
            data = file.read_bytes()
            tree = parsed(data, file.name).tree
            assert tree is not None
            assert same(resolve(tree, "json"), json.loads(data)), file
            checked += 1
    assert checked >= 100


def scalars(tree: Node) -> Iterator[Node]:
    for _, entry in tree.walk():
        yield entry.key
        for node in (entry.value, *entry.value.items):
            if node.kind == "scalar":
                yield node


@pytest.mark.parametrize("form", ["as it is", "CRLF", "BOM"])
def test_every_scalar_stands_in_its_range(folder: Path, form: str) -> None:
    """The bytes of a range load to the scalar; the line and column are those of its start."""
    checked = 0
    for file in files(folder):
        data = file.read_bytes()
        if form == "CRLF":
            data = data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        if form == "BOM":
            data = b"\xef\xbb\xbf" + data
        load = json.loads if file.suffix == ".json" else yaml.safe_load
        loader = "json" if file.suffix == ".json" else "yaml-1.1"
        tree = parsed(data, file.name).tree
        assert tree is not None
        lines = data.decode("utf-8-sig").split("\n")
        for node in scalars(tree):
            at = node.range
            piece = data[at.start : at.end].decode()
            if node.tag != "merge":
                assert same(resolve(node, loader), load(piece) if piece else None), (file, at, piece)
            first = piece.split("\n")[0].rstrip("\r")
            assert lines[at.line - 1][at.column - 1 :].startswith(first), (file, at)
            checked += 1
    assert checked > 30_000
