"""Whether what was verified is still there once it has been read: a file may be written in between."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from ftlint.model import FtlintError

if TYPE_CHECKING:
    from ftlint.gate.lock import Approval
    from ftlint.settings import Settings

State = tuple[int, ...]


def states(files: Iterable[str]) -> Mapping[str, State]:
    """What of each file changes when somebody writes it, or puts another in its place.

    With the time that its inode changed, which nobody sets back as the time of its contents.
    """
    return {file: _state(file) for file in files}


def _state(file: str) -> State:
    try:
        known = os.stat(file)
    except OSError:
        return (0, 0, -1)
    return known.st_dev, known.st_ino, known.st_size, known.st_mtime_ns, known.st_ctime_ns


def refuse_changed(before: Mapping[str, State], root: str, told: str) -> None:
    """Raises `FtlintError` for the first file that is not as it was."""
    for file, state in before.items():
        if _state(file) != state:
            raise FtlintError(told, os.path.relpath(file, root))


class Held(NamedTuple):
    """The files of an approval as they were when it was verified: those of the data with the config, those of
    the model."""

    data: Mapping[str, State]
    model: Mapping[str, State]
    root: str

    def refuse_data(self) -> None:
        """Raises `FtlintError` where data, config or tokenizer changed; call it once they have been read."""
        refuse_changed(self.data, self.root, _TOLD)
        self.refuse_model()

    def refuse_model(self) -> None:
        """Raises `FtlintError` where the model changed; call it once it has been loaded."""
        refuse_changed(self.model, self.root, _TOLD)


_TOLD = "changed after it was verified, while it was read: run again"


def held(approval: Approval, settings: Settings) -> Held:
    """The files that a training reads of what is locked, as they are; the test split is none of them."""
    from ftlint.weights.places import model_place

    root, model = settings.root, approval.model
    own = [approval.config, *approval.config.parts]
    data = [each for split, files in approval.data.items() if split != "test" for each in files]
    found = [os.path.join(root, each.path) for each in (*own, *data)]
    template = os.path.join(root, approval.tokenizer.template_from)
    found += [template] if os.path.isfile(template) else []
    try:
        folder = model_place(model.name, model.revision, root, approval.config.path).folder
    except FtlintError:  # whoever verifies tells of it
        return Held(states(found), {}, root)
    files = [os.path.join(folder, each.path) for each in (*model.files, *approval.tokenizer.files)]
    return Held(states(found), states(files), root)
