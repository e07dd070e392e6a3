from collections.abc import Iterator

from ftlint.model import Fault, Finding
from ftlint.rule import Example, Rule, Severity, chat
from ftlint_rules.fmt.edits import noted

ROW = b'{"prompt": "p", "completion": "c"}\n'


class MergeConflict(Rule[Fault]):
    """Conflict markers of git that nobody resolved.

    ## Why it matters
    The lines between `<<<<<<<` and `>>>>>>>` are two versions of the same rows. A strict loader stops at the
    marker; one that skips what it cannot read trains on both versions.

    ## What to do
    Resolve the conflict: keep one side (`git checkout --ours FILE` or `--theirs FILE`), or both without the
    markers if the sides added different rows.

    ## References
    git-merge, "How conflicts are presented".

    ## Known limits
    Which side is right cannot be seen from the file, so there is no fix.
    """

    code = "FMT004"
    name = "merge-conflict"
    severity = Severity.ERROR
    headline = "{count} unresolved merge conflicts"
    help = "resolve the conflict: git checkout --ours or --theirs"
    kinds = ("merge-conflict",)
    bad = (Example(data=b"<<<<<<< HEAD\n" + ROW + b"=======\n" + ROW + b">>>>>>> branch\n" + ROW),)
    good = (
        Example(
            data=[chat("What is a conflict?", "<<<<<<< HEAD\nours\n=======\ntheirs\n>>>>>>> branch")],
            note="markers inside a text",
        ),
        Example(data=[{"prompt": "Underline it", "completion": "Title\n======="}]),
    )

    def check(self, fault: Fault) -> Iterator[Finding]:
        yield Finding(noted("unresolved merge conflict", fault))
