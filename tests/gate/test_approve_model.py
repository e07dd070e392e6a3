"""The base model: a folder, a snapshot of the hub's cache, one that is not here and pinned by its commit."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from gate_project import CONFIG, approved, model, outcome, project, settings_of

from ftlint.gate.configs import read_config
from ftlint.gate.lock import read_lock
from ftlint.gate.verify import Breach, approval_for, breaches
from ftlint.model import FtlintError

COMMIT, OTHER = "1" * 40, "2" * 40
NAME = "org/small-llama"


def snapshot(cache: Path, commit: str = COMMIT, branch: str = "main") -> Path:
    home = cache / "models--org--small-llama"
    model(home / "snapshots" / commit)
    (home / "refs").mkdir(parents=True, exist_ok=True)
    (home / "refs" / branch).write_text(commit)
    return home / "snapshots" / commit


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def found(root: Path, *, model: bool = True) -> list[Breach]:
    return breaches(read_lock(str(root)).approvals[0], settings_of(root), model=model)


def test_a_branch_is_locked_as_the_commit_it_stood_at(tmp_path: Path, cache: Path) -> None:
    snapshot(cache)
    root = project(tmp_path / "p", base_model=NAME)
    approval = approved(root)
    assert approval.model.revision == COMMIT
    assert [each.path for each in approval.model.files] == ["config.json", "model.safetensors"]
    assert not found(root)
    snapshot(cache, OTHER)  # the same bytes, and yet another commit
    assert [each.field for each in found(root)] == ["model.revision"]


def test_other_weights_under_the_same_commit(tmp_path: Path, cache: Path) -> None:
    folder = snapshot(cache)
    root = project(tmp_path / "p", base_model=NAME, model_revision=COMMIT)
    approved(root)
    (folder / "model.safetensors").write_bytes(b"others")
    (breach,) = found(root)
    assert (breach.field, breach.path) == ("model.files[1]", f"{NAME}/model.safetensors")
    settings = settings_of(root)
    with pytest.raises(FtlintError, match="get the approved model back, or approve again"):
        approval_for(read_config(CONFIG, settings), settings)
    assert not found(root, model=False)


def test_a_model_that_is_not_here_is_pinned_by_its_commit(tmp_path: Path, cache: Path) -> None:
    root = project(tmp_path / "p", base_model=NAME, model_revision=COMMIT)
    approval = approved(root)
    assert (approval.model.revision, approval.model.files) == (COMMIT, [])
    assert any("only its commit is locked" in each.reason for each in approval.not_run)
    assert not found(root)
    snapshot(cache)  # it is downloaded for training
    assert not found(root)
    model(root / NAME)  # a folder of that name is not that commit
    assert [each.field for each in found(root)] == ["model.revision"]


@pytest.mark.parametrize("revision", [None, "main", COMMIT[:12]])
def test_one_that_is_neither_here_nor_pinned_is_refused(
    tmp_path: Path, cache: Path, revision: str | None
) -> None:
    root = project(tmp_path / "p", base_model=NAME, model_revision=revision)
    with pytest.raises(FtlintError, match="whole commit pins it") as error:
        outcome(root)
    assert error.value.line == 2


def test_a_model_that_went(tmp_path: Path, cache: Path) -> None:
    folder = snapshot(cache)
    root = project(tmp_path / "p", base_model=NAME, model_revision=COMMIT)
    approved(root)
    shutil.rmtree(folder)
    assert [each.field for each in found(root)] == ["model.files"]
    assert not found(root, model=False)


def test_a_folder_without_weights(tmp_path: Path) -> None:
    root = project(tmp_path)
    (root / "base/model.safetensors").unlink()
    with pytest.raises(FtlintError, match="holds no weights"):
        outcome(root)


def test_another_form_of_the_weights_beside_them(tmp_path: Path) -> None:
    root = project(tmp_path)
    (root / "base/model.safetensors").rename(root / "base/pytorch_model.bin")
    approved(root)
    assert not found(root)
    (root / "base/model.safetensors").write_bytes(b"taken before the other")
    assert {"model.files", "model.files[1]"} <= {each.field for each in found(root)}
