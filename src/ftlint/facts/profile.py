"""One entry of the table of targets, apart from its reader: most runs have no target and need neither."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TargetProfile:
    """The limits of one target. None, "" and () stand for what is not known or not limited.

    `record_keys` and `message_keys` are closed sets: the target rejects any other key. `reserved` are
    substrings no text may hold. `max_total_rows` bounds training and validation rows together.
    `closed_on` is the last day for new jobs, `retires_on` the day the model and its fine-tunes stop.
    """

    name: str
    title: str
    as_of: str
    source: str
    note: str = ""
    aliases: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    extensions: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    record_keys: tuple[str, ...] = ()
    message_keys: tuple[str, ...] = ()
    reserved: tuple[str, ...] = ()
    min_train_rows: int | None = None
    advised_train_rows: int | None = None
    max_train_rows: int | None = None
    min_validation_rows: int | None = None
    max_validation_rows: int | None = None
    max_total_rows: int | None = None
    no_validation: bool = False
    max_tokens: int | None = None
    over_tokens: str = ""
    max_file_bytes: int | None = None
    max_validation_bytes: int | None = None
    max_images: int | None = None
    max_image_bytes: int | None = None
    closed_on: str = ""
    retires_on: str = ""

    @property
    def dated(self) -> str:
        """` (as of 2026-11-22)`: how every message that rests on this entry ends."""
        return f" (as of {self.as_of})"
