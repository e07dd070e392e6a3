from collections.abc import Iterator

from ftlint.model import Fault, Finding
from ftlint.rule import Example, Rule, Severity
from ftlint_rules.fmt.edits import noted

ZIPPED = (
    b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xabV*I\xad(Q\xb2RPJT\xaa\xe5\xaa\x86\xf3\x92\x80<\x00"
    b"=\xbd\xe6\x10\x1c\x00\x00\x00"
)


class WrongExtension(Rule[Fault]):
    """The file's name says one format, its bytes another.

    ## Why it matters
    This tool looks at the bytes, so the rows were checked all the same. Loaders look at the name: gzip bytes
    under `.jsonl` are read as text and fail at the first byte, JSONL under `.parquet` has no footer, and
    an upload form refuses what it does not know.

    ## What to do
    Rename the file to what it is, or convert it to what it is called.

    ## References
    Together accepts `.jsonl`, `.parquet` and `.csv` by suffix alone (together-python `utils/files.py`);
    OpenAI takes `.jsonl` only for fine-tuning; Hugging Face `datasets` picks its loader by the suffix.
    """

    code = "FMT006"
    name = "wrong-extension"
    severity = Severity.ERROR
    help = "rename the file to what it is"
    kinds = ("wrong-extension",)
    bad = (
        Example(files={"train.jsonl": ZIPPED}, note="gzip bytes under .jsonl"),
        Example(files={"train.csv": b'{"text": "a"}\n{"text": "b"}\n'}),
    )
    good = (
        Example(files={"train.jsonl.gz": ZIPPED}),
        Example(files={"train.csv": 'text\n"{""text"": ""a""}"\n'}, note="JSON in a CSV cell"),
    )

    def check(self, fault: Fault) -> Iterator[Finding]:
        yield Finding(noted("the name does not fit the content", fault))
