from typing import NamedTuple


class Benchmark(NamedTuple):
    """What the items of declared benchmark files are recognised by: columns of little-endian numbers.

    A unit is an item as a whole, or the prompt of one. `hashes` (uint64) are the runs of words of all units,
    once for each unit that has them, and `units` (uint32) says which: by width, then hash. `widths` tells
    each width in words, and how many runs have it. The rest has an entry for each unit: `sizes` its different
    runs, `files` (an index of `paths`), `rows` and `lines` (0 for none) where it stands, all uint32, and
    `prompts` (uint8) 1 for a prompt alone.
    """

    paths: tuple[str, ...]
    widths: tuple[tuple[int, int], ...]
    hashes: bytes
    units: bytes
    sizes: bytes
    files: bytes
    rows: bytes
    lines: bytes
    prompts: bytes


class Prior(NamedTuple):
    """What is known of a dataset before its files are scanned, the same for every shard of it.

    `sketch` says that it is large enough for its rows to be summed up in columns while they are read.
    `boilerplate` holds the sorted hashes of what most rows share (little-endian uint64, "" for none),
    `benchmark` what the declared benchmark files hold. `group` are the columns whose values tell which rows
    belong together. Each is settled only where a measure that is needed names it in `priors`.
    """

    sketch: bool = False
    boilerplate: bytes = b""
    benchmark: Benchmark | None = None
    group: tuple[str, ...] = ()
    source: str = ""
    """The column that says where a row is from, "" for any of the usual ones."""

    key: str = ""
    """The column by which the rows of two versions are matched, "" for any of the usual ones."""

    counters: tuple[str, ...] = ()
    """What tokens of a file that trainings use are counted with: paths of tokenizers, "" for an estimate."""
