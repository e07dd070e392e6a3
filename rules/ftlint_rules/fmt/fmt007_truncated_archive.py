from collections.abc import Iterator

from ftlint.model import Fault, Finding
from ftlint.rule import Example, Rule, Severity
from ftlint_rules.fmt.edits import noted

WHOLE = (
    b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xabV*I\xad(Q\xb2RPJT\xaa\xe5\xaa\x86\xf3\x92\x80<\x00"
    b"=\xbd\xe6\x10\x1c\x00\x00\x00"
)


class TruncatedArchive(Rule[Fault]):
    """A compressed file that is cut off or damaged.

    ## Why it matters
    A copy that was interrupted leaves an archive whose first rows can be unpacked and whose last ones are
    gone. Tools that stream may train on the part without noticing; `gzip.open` in Python raises `EOFError`
    after handing out everything before the cut.

    ## What to do
    Copy or compress the file again; `gzip -t`, `zstd -t`, `xz -t` or `bzip2 -t` tell whether it is whole.

    ## References
    RFC 1952, section 2.3.1: a gzip member ends with a CRC-32 and the length of the data.
    """

    code = "FMT007"
    name = "truncated-archive"
    severity = Severity.ERROR
    help = "copy or compress the file again"
    kinds = ("truncated-archive",)
    bad = (
        Example(files={"train.jsonl.gz": WHOLE[:-10]}, note="cut off"),
        Example(files={"train.jsonl.gz": WHOLE[:-8] + b"\x00" * 8}, note="the checksum does not fit"),
    )
    good = (
        Example(files={"train.jsonl.gz": WHOLE}),
        Example(files={"train.jsonl.gz": WHOLE + WHOLE}, note="two members, one after the other"),
    )

    def check(self, fault: Fault) -> Iterator[Finding]:
        yield Finding(noted("the archive is cut off or damaged", fault))
