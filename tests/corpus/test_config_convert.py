"""Every training config of the corpus, written in each other dialect and read back."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from ftlint.dialects.writing import convert, targets
from ftlint.dialects.writing.torchtune import OPTIMIZERS
from ftlint.engine.configs import configs_of
from ftlint.model import DataRef, TrainingConfig

pytestmark = pytest.mark.corpus

RENAMED = {"warmup_ratio", "method", "train_data", "eval_data"}
"""Said by another field (transformers 5 takes shares as `warmup_steps`) or outside the file, or under another
name (LLaMA-Factory's registry)."""


ALL_LINEAR = {"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"}


def trainings(folder: Path) -> list[TrainingConfig]:
    files = [file for ending in ("*.yaml", "*.yml", "*.json") for file in sorted(folder.rglob(ending))]
    read = [config for file in files for config in configs_of(str(file), str(file.relative_to(folder)))]
    return [config for config in read if config.purpose == "train"]


def comparable(value: Any, name: str = "") -> Any:
    if name == "optimizer":
        return OPTIMIZERS.get(value, value)
    if name == "lora_targets" and set(value or ()) >= ALL_LINEAR:
        return ("all-linear",)
    if isinstance(value, tuple):
        return tuple(item.name if isinstance(item, DataRef) else item for item in value)
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


@pytest.mark.parametrize("to", sorted(targets()))
def test_round_trip(corpus: Path, tmp_path: Path, to: str) -> None:
    """What a key says is read back as it was; the rest follows from it or is listed as lost."""
    count, fields = 0, 0
    wrong: list[tuple[str, str, Any, Any]] = []
    for config in trainings(corpus / "configs"):
        converted = convert(config, to)
        assert isinstance(yaml.safe_load(converted.text), dict)
        file = tmp_path / "written.yaml"
        file.write_text(converted.text)
        back = configs_of(str(file), "written.yaml", dialect=to)
        assert len(back) == 1, config.path
        count += 1
        for name in converted.said - RENAMED:
            fields += 1
            before, after = comparable(config.get(name), name), comparable(back[0].get(name), name)
            if before != after:
                wrong.append((config.path, name, before, after))
        lost = {lost.field for lost in converted.lost}
        silent = set(config.fields) - converted.said - lost
        assert not {
            name for name in ("learning_rate", "base_model", "lora_rank", "epochs") if name in silent
        } - {name for name in silent if not config.has(name) or config.get("tuning") == "full"}, config.path
    print(f"{to}: {count} trainings, {fields} fields, {len(wrong)} read back otherwise")
    assert count > 500
    assert not wrong, (Counter(name for _, name, _, _ in wrong), wrong[:20])
