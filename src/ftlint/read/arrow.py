"""Arrow files and streams, as in the folders that Hugging Face `datasets` saves."""

from collections.abc import Iterator
from typing import Any

from ftlint.model import Fault, Source
from ftlint.read import columnar
from ftlint.read.block import Block
from ftlint.read.files import opened
from ftlint.read.urls import is_remote


def blocks(source: Source) -> Iterator[Block]:
    import pyarrow

    try:
        with _mapped(source) as file:
            is_file = file.read(6) == b"ARROW1"
            file.seek(0)
            reader = pyarrow.ipc.open_file(file) if is_file else pyarrow.ipc.open_stream(file)
            batches = _of_file(reader) if is_file else iter(reader)
            yield from columnar.blocks(source.path, batches, "truncated-archive")
    except (pyarrow.ArrowException, OSError) as error:
        what = str(error).split("\n", maxsplit=1)[0].split(":")[0][:80]
        yield Block(faults=[Fault("truncated-archive", source.path, detail=f"Arrow: {what}")])


def _mapped(source: Source) -> Any:
    import pyarrow

    if is_remote(source.file):
        return pyarrow.PythonFile(opened(source.file, source.size), mode="r")
    return pyarrow.memory_map(source.file, "rb")


def _of_file(reader: Any) -> Iterator[Any]:
    for index in range(reader.num_record_batches):
        yield reader.get_batch(index)
