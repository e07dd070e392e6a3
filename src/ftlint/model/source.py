from typing import Literal, NamedTuple

Container = Literal["jsonl", "json", "csv", "tsv", "parquet", "arrow", "text", "none"]
Compression = Literal["", "gzip", "zstd", "xz", "bzip2"]


class Source(NamedTuple):
    """A file as found: its path (relative, with forward slashes, as shown to people) and what its bytes are.

    `container` is "none" where no records can be read (a pointer that is not pulled, an HTML page, an
    empty file); the reader's faults say why. `size` is in bytes on disk. `file` may be a URL; `identity` then
    changes with the content, "" where the store does not say. `origin` is the file that `file` stands in for,
    as a copy of it that is mended or a version of it that git holds.
    """

    path: str
    file: str
    size: int
    container: Container
    compression: Compression = ""
    encoding: str = "utf-8"
    delimiter: str = ","
    header_offset: int = 0
    identity: str = ""
    origin: str = ""

    @property
    def home(self) -> str:
        """The file that a person means, whatever its bytes are read from."""
        return self.origin or self.file

    @property
    def splittable(self) -> bool:
        """True where the file can be cut into byte ranges at newlines."""
        return self.container == "jsonl" and not self.compression and self.encoding == "utf-8"
