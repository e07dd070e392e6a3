from collections.abc import Iterator

from ftlint.model import Fault, Finding
from ftlint.rule import Example, Rule, Severity, chat
from ftlint_rules.fmt.edits import noted

LONG = (
    b'BZh91AY&SYo\xa7\x85\x0f\x05~:\x99\x80\xd0\x00\x00\x10"\x00\x04H\x00\x08 \x00P\x83& MU4\xda\x8c\xd6k'
    b"\xfd\xdc\x91P\x12\xf9RH*\xac\xe6\xf9\x98E@K\xa6(+$\xcak7`q\x9a@\x05\xd7\x8a8\x10\x02\x02\x00\x04\x00\x00"
    b"\x00@\x00@\x01\x04\x00\n\x86\x00&\xaa4\xd3=\xb1\t\x0b5(\xaa*\xde\x08H\x0e.\xe4\x8ap\xa1 \xc8\x99\r\x98"
)
"""One row of 52 MB: `{"text": "aaa..."}`."""


class HugeLine(Rule[Fault]):
    """A row of many megabytes.

    ## Why it matters
    No training example is that long: at four characters a token it is cut to a sliver of itself. Mostly
    it is a whole file, a base64 image or a log pasted into one field; loaders with fixed buffers fail on it.

    ## What to do
    Look at the row; split it, or drop it.

    ## References
    Hugging Face `datasets` reads JSON in chunks of 10 MB (`JsonConfig.chunksize`); the longest context a
    provider trains on, 131,072 tokens (Gemini), is about half a megabyte of English.
    """

    code = "FMT021"
    name = "huge-line"
    severity = Severity.WARNING
    headline = "{count} rows are many megabytes long"
    help = "split or drop the row"
    kinds = ("huge-line",)
    bad = (Example(files={"train.jsonl.bz2": LONG}),)
    good = (Example(data=[chat("Hi", "word " * 20_000)], note="100 KB"),)

    def check(self, fault: Fault) -> Iterator[Finding]:
        yield Finding(noted("the row is huge", fault))
