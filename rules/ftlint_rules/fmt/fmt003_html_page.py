from collections.abc import Iterator

from ftlint.model import Fault, Finding
from ftlint.rule import Example, Rule, Severity


class HtmlPage(Rule[Fault]):
    """A downloaded web page in place of the data.

    ## Why it matters
    `curl` and `wget` keep whatever the server answers: a login page, "404 Not Found", a rate limit. The file
    has the right name and the wrong content, and nothing of it is data.

    ## What to do
    Open the file, read what the server said, and download again (`curl --fail` refuses error pages).

    ## References
    curl's manual: without `--fail` the body of an error response is saved and the exit code is 0.
    """

    code = "FMT003"
    name = "html-page"
    severity = Severity.ERROR
    help = "download it again; curl --fail refuses error pages"
    kinds = ("html-page",)
    bad = (
        Example(data=b"<!DOCTYPE html><html><head><title>404 Not Found</title></head></html>"),
        Example(data=b"\n<html>\n<body>Please sign in</body></html>\n"),
    )
    good = (
        Example(
            data=[{"prompt": "Write a page", "completion": "<!DOCTYPE html><html><body></body></html>"}],
            note="HTML inside a record",
        ),
        Example(files={"train.csv": "prompt,completion\n<html>,an opening tag\n"}),
    )

    def check(self, fault: Fault) -> Iterator[Finding]:
        yield Finding(f"the file is {fault.detail or 'a web page'}, not data")
