"""The repository that offers the hooks, made from the working tree, and ones that use them."""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from hook_repositories import ROOT, Consumer, Repository, run, sound

REV = "v0.0.0"


@pytest.fixture(scope="session")
def wheelhouse() -> Path:
    """A folder with the wheels of everything that an installation of the core takes."""
    folder = Path(os.environ.get("FTLINT_WHEELHOUSE", ROOT / ".venv" / "wheelhouse"))
    if not (folder / "filled").exists():
        pytest.skip("no wheels to install from without a network: make wheelhouse, or set FTLINT_WHEELHOUSE")
    return folder.resolve()


class Offered:
    """The repository that offers the hooks, and what pre-commit keeps of it."""

    def __init__(self, folder: Path, wheelhouse: Path) -> None:
        self.folder = folder / "ftlint"
        self.env = {
            "PRE_COMMIT_HOME": str(folder / "home"),
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(wheelhouse),
            "PIP_NO_COMPILE": "1",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "XDG_CACHE_HOME": str(folder / "cache"),
        }


@contextmanager
def locked(file: Path) -> Iterator[None]:
    with open(file, "w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def offered(wheelhouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Offered:
    """The hooks as this working tree has them; made once, also by several workers."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "pre-commit"
    folder.mkdir(exist_ok=True)
    with locked(folder / "lock"):
        made = Offered(folder, wheelhouse)
        if not made.folder.exists():
            _copy_of_the_working_tree(folder / "new")
            (folder / "new").rename(made.folder)
        return made


def _copy_of_the_working_tree(folder: Path) -> None:
    listed = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT)
    if listed.returncode:
        pytest.skip("the working tree is no git repository, so nothing says what belongs to it")
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file() and not name.startswith(("tests/", "docs/", "benchmarks/")):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    repository = Repository(folder)
    repository.git("add", "-A")
    repository.git("commit", "-q", "-m", "all")
    repository.git("tag", REV)


@pytest.fixture
def consumer(offered: Offered, tmp_path: Path) -> Consumer:
    """Makes a repository that uses some of the hooks: names, or (name, arguments)."""

    def make(*hooks: str | tuple[str, Sequence[str]], at: str = "consumer") -> Repository:
        repository = Repository(tmp_path / at, offered.env)
        named = [(hook, ()) if isinstance(hook, str) else hook for hook in hooks]
        listed = [{"id": hook, "args": list(args)} if args else {"id": hook} for hook, args in named]
        settings = {"repos": [{"repo": str(offered.folder), "rev": REV, "hooks": listed}]}
        repository.add(".pre-commit-config.yaml", json.dumps(settings))
        sound(repository.run("pre-commit", "install"))
        return repository

    return make
