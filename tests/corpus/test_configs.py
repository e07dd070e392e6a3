"""Real training configs: dialects, canonical fields against a truth made by hand, official recipes."""

import csv
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from ftlint.engine.bind import bind
from ftlint.engine.configs import configs_of
from ftlint.engine.lint import check
from ftlint.engine.plan import RuleSet
from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.read.discover import discover
from ftlint.registry import selected
from ftlint.settings import load, override

pytestmark = pytest.mark.corpus

TRUTH = Path(__file__).with_name("config_truth.csv")

LABELS = {
    "peft_adapter": ("peft-adapter",),
    "provider-bedrock": ("bedrock-job",),
    "provider-openai": ("openai-job",),
    "provider-together": ("together-job",),
    "provider-vertex": ("vertex-job",),
    "fireworks-cookbook": ("fireworks",),
    "llamafactory": ("llamafactory", "llamafactory-v1"),
    # both are flat arguments of the same trainers; a recipe without a mixture cannot be told from a script's
    "alignment-handbook": ("alignment-handbook", "trl"),
    "trl": ("trl", "alignment-handbook"),
    "hf_training_args": ("trl", "llamafactory"),
}
"""The dialects that a label of the manifest may mean, where they are not its own name."""

UNCERTAIN = ("custom-yaml", "wandb-config")
"""Labels that say no dialect."""


@pytest.fixture(scope="module")
def folder(corpus: Path) -> Path:
    return corpus / "configs"


@lru_cache(maxsize=1)
def read(folder: Path) -> Mapping[str, list[TrainingConfig]]:
    """Every config of the corpus. A crash on any fails here."""
    return {row["file"]: configs_of(str(folder / row["file"]), row["file"]) for row in manifest(folder)}


@lru_cache(maxsize=1)
def manifest(folder: Path) -> list[dict[str, str]]:
    with open(folder / "MANIFEST.csv", newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


@lru_cache(maxsize=1)
def truth() -> dict[str, dict[str, str]]:
    with open(TRUTH, newline="", encoding="utf-8") as stream:
        return {row["file"]: row for row in csv.DictReader(stream)}


def dialect(found: list[TrainingConfig]) -> str:
    return found[0].dialect if found else "none"


def test_dialects(folder: Path) -> None:
    """At least 99% of the files whose label is certain; a hand-made truth outranks the label."""
    wrong, asked = [], 0
    for row in manifest(folder):
        known = truth().get(row["file"])
        if known is not None:
            allowed: tuple[str, ...] = (known["dialect"],)
        elif row["framework"] in UNCERTAIN or row["detect_score"] not in ("1", "1.0"):
            continue
        else:
            allowed = LABELS.get(row["framework"], (row["framework"],))
        asked += 1
        if dialect(read(folder)[row["file"]]) not in allowed:
            wrong.append((row["file"], dialect(read(folder)[row["file"]]), allowed))
    print(f"dialects: {asked - len(wrong)} of {asked} right")
    assert len(wrong) <= asked / 100, wrong


FIELDS = ("purpose", "method", "tuning", "learning_rate", "lora_rank", "epochs", "batch")


def compared(folder: Path) -> Iterator[tuple[str, str, str, Any, bool]]:
    """File, field, truth, what was read, and whether they agree."""
    for file, row in truth().items():
        found = read(folder)[file]
        config = found[0] if found else None
        for field in FIELDS:
            if row["dialect"] == "none":
                continue
            yield file, field, row[field], *agreed(row, field, config)


def agreed(row: Mapping[str, str], field: str, config: TrainingConfig | None) -> tuple[Any, bool]:
    """`-` is no value, `?` an unknown one, `d:` a default that is not written."""
    if config is None:
        return None, False
    if field == "purpose":
        return config.purpose, config.purpose == row[field]
    name = field
    if field == "batch":
        name = "micro_batch_size" if config.field("micro_batch_size").key else "global_batch_size"
    known = config.field(name)
    wanted = row[field]
    if wanted in ("-", "?"):
        return known.value, known.value is None or (wanted == "-" and not known.written)
    default = wanted.startswith("d:")
    text = wanted.removeprefix("d:")
    if known.value is None:
        return None, False
    same = str(known.value) == text or (
        is_number(text) and is_number(known.value) and float(known.value) == float(text)
    )
    derived = field in ("method", "tuning")
    return known.value, same and (derived or known.written is not default)


def is_number(value: Any) -> bool:
    try:
        float(value)
    except (TypeError, ValueError):
        return False
    return True


def test_canonical_fields(folder: Path) -> None:
    """At least 99% of the fields of the hand-made truth."""
    results = list(compared(folder))
    wrong = [result for result in results if not result[4]]
    print(f"fields: {len(results) - len(wrong)} of {len(results)} right in {len(truth())} files")
    by_field = Counter(field for _, field, _, _, _ in wrong)
    assert len(truth()) >= 150
    assert len(wrong) <= len(results) / 100, (by_field, wrong)


def test_every_written_value_stands_where_it_is_said_to(folder: Path) -> None:
    """The bytes of a field's range are what its loader reads: nothing is placed beside its value."""
    checked = 0
    for file, found in read(folder).items():
        data = (folder / file).read_bytes()
        for config in found:
            for name, field in config.fields.items():
                if field.written and field.raw and field.range is not None:
                    piece = data[field.range.start : field.range.end].decode()
                    assert (
                        field.raw in piece
                        or " ".join(field.raw.split()) in " ".join(piece.split())
                        or (piece[:1] in "\"'|>&!")
                    ), (file, name, piece, field.raw)
                    lines = data[: field.range.start].decode()
                    assert lines.count("\n") + 1 == field.range.line, (file, name)
                    checked += 1
    assert checked > 10_000


@pytest.fixture(scope="module")
def found(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Finding]:
    """What the rules of configs find, each file in one run with all others."""
    root = tmp_path_factory.mktemp("configs")
    shutil.copytree(folder, root / "configs", copy_function=shutil.copyfile)
    settings = override(load([str(root)], isolated=True), select=("CFG", "FIT"), root=str(root / "configs"))
    rules = RuleSet(selected(settings))
    files = discover([str(root / "configs")], settings, documents=rules.reads_documents)
    report = check(bind(files, settings), settings, rules, today="2026-11-28")
    assert not report.failures
    return [finding for finding, _ in report.findings()]


def test_findings_on_official_recipes(folder: Path, found: list[Finding]) -> None:
    """Errors on at most 1% of the official files, warnings of CFG on at most 15%; FIT only informs."""
    official = {row["file"] for row in manifest(folder) if row["origin"] == "official"}
    by_severity = {
        severity: {each.path for each in found if each.severity is severity and each.path in official}
        for severity in Severity
    }
    errors, warnings = by_severity[Severity.ERROR], by_severity[Severity.WARNING]
    print(f"official: {len(errors)} of {len(official)} files with errors, {len(warnings)} with warnings")
    assert len(official) > 600
    assert len(errors) <= len(official) / 100, sorted(errors)
    assert len(warnings) <= 0.15 * len(official), sorted(warnings)
    of_fit = [each for each in found if each.code.startswith("FIT")]
    assert all(each.severity is Severity.INFO for each in of_fit), [each for each in of_fit if each.severity]
    assert len(of_fit) < 60, "a tree of recipes is no flood"
