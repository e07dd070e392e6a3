from collections.abc import Iterator

from ftlint.model import Fault, Finding
from ftlint.rule import Example, Rule, Severity
from ftlint_rules.fmt.edits import noted

SPACES = (
    b"BZh91AY&SY}\xd7\xe7\x83\x01_\x900\x00\xc0\x00@\x00\x00\x08 \x000\xcc\t\xaai\xd5\xa8T\x04\xb6\xaa\x15"
    b"\x01/\x17rE8P\x90}\xd7\xe7\x83"
)
"""45.9 MB of spaces."""

ROWS = (
    b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xabV*I\xad(Q\xb2RPJT\xaa\xe5\xaa\x86\xf3\x92\x80<\x00"
    b"=\xbd\xe6\x10\x1c\x00\x00\x00"
)


class DecompressionBomb(Rule[Fault]):
    """A small archive that unpacks to an absurd size.

    ## Why it matters
    A few kilobytes can unpack to terabytes of the same byte and fill the memory or disk of whatever opens
    them. Reading stopped at the limit; rows after it were not checked.

    ## What to do
    Find out where the file comes from. If it is honest data, unpack it and lint the unpacked file.

    ## References
    Real text compresses 3 to 10 times; CWE-409, "Improper Handling of Highly Compressed Data".
    """

    code = "FMT008"
    name = "decompression-bomb"
    severity = Severity.ERROR
    help = "if the data is honest, unpack it first"
    kinds = ("decompression-bomb",)
    bad = (Example(files={"train.jsonl.bz2": SPACES * 100}, note="5 KB that unpack to 4.6 GB"),)
    good = (Example(files={"train.jsonl.gz": ROWS}),)

    def check(self, fault: Fault) -> Iterator[Finding]:
        yield Finding(noted("unpacking was stopped", fault))
