from collections.abc import Iterator

from ftlint.model import Fault, Finding
from ftlint.rule import Example, Rule, Severity, chat
from ftlint_rules.fmt.edits import noted


class UnsupportedFile(Rule[Fault]):
    """A file that holds no format this tool can read.

    ## Why it matters
    The file was named as data, and nothing in it could be checked: an image, an archive of several files, a
    pickle, an office document. No trainer's JSON, CSV or Parquet loader reads it either.

    ## What to do
    Export the rows as JSONL, JSON, CSV or Parquet, or leave the file out (`exclude` in the settings).

    ## References
    The containers read here: JSONL, JSON arrays, CSV and TSV, Parquet and Arrow, each also compressed with
    gzip, Zstandard, xz or bzip2. Files are told apart by their bytes, not their names.
    """

    code = "FMT005"
    name = "unsupported-file"
    severity = Severity.ERROR
    help = "export the rows as JSONL, or exclude the file"
    kinds = ("unsupported-file",)
    bad = (
        Example(
            files={"train.jsonl": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01"}
        ),
    )
    good = (Example(data=[chat("What does a PNG file start with?", "89 50 4E 47: \u0089PNG")]),)

    def check(self, fault: Fault) -> Iterator[Finding]:
        yield Finding(noted("not a data file this tool reads", fault))
