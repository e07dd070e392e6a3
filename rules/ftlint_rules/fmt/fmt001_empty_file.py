from collections.abc import Iterator

from ftlint.model import Fault, Finding
from ftlint.rule import Example, Rule, Severity, chat
from ftlint_rules.fmt.edits import noted


class EmptyFile(Rule[Fault]):
    """A file without a single row.

    ## Why it matters
    An export that failed, a filter that let nothing through or a disk that was full leaves a file of zero
    bytes, of blank lines, or of a byte order mark alone. Many loaders take it without a word: the split is
    just missing, and an evaluation over no rows looks like no error.

    ## What to do
    Run the step that writes the file again. If the split is not meant to exist, delete the file.

    ## References
    Together's client stops at a file of zero bytes ("File is empty", together-python `utils/files.py`); of
    the validators compared for this tool, every other one called such a file clean.
    """

    code = "FMT001"
    name = "empty-file"
    severity = Severity.ERROR
    help = "write the file again, or delete it"
    kinds = ("empty-file",)
    bad = (
        Example(data=b""),
        Example(data=b"\n\n\n", note="blank lines only"),
        Example(data=b"\xef\xbb\xbf", note="a byte order mark and nothing else"),
        Example(files={"train.csv": b""}),
    )
    good = (
        Example(data=[chat("Hi", "Hello!")]),
        Example(data=b'\n{"prompt": "p", "completion": "c"}', note="a row after a blank line"),
    )

    def check(self, fault: Fault) -> Iterator[Finding]:
        yield Finding(noted("the file holds no rows", fault))
