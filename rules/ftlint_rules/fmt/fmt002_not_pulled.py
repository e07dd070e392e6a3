from collections.abc import Iterator

from ftlint.model import Fault, Finding
from ftlint.rule import Example, Rule, Severity, chat


class NotPulled(Rule[Fault]):
    """A pointer file of Git LFS, git-annex or DVC stands where the data should be.

    ## Why it matters
    A clone without Git LFS, or a checkout in CI that does not ask for it, leaves three lines of text with a
    hash in place of the data. Nothing about the data has been checked, and a training run would start on a
    file that is not there.

    ## What to do
    `git lfs pull` (in GitHub Actions: `actions/checkout` with `lfs: true`), `git annex get` or `dvc pull`.

    ## References
    The Git LFS specification: a pointer's first line is `version https://git-lfs.github.com/spec/v1`, then
    `oid` and `size`. DVC's `.dvc` files are YAML with `outs` and a hash.
    On 56 public files: 2 hits, 2 looked at, 2 true.
    """

    code = "FMT002"
    name = "not-pulled"
    severity = Severity.ERROR
    help = "git lfs pull, or dvc pull"
    kinds = ("not-pulled",)
    bad = (
        Example(
            data=b"version https://git-lfs.github.com/spec/v1\n"
            b"oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n"
        ),
        Example(
            files={"train.jsonl": "outs:\n- md5: a304afb96060aad90176268345e10355\n  path: train.jsonl\n"}
        ),
    )
    good = (
        Example(data=[{"prompt": "p", "completion": "outs:\n- md5: d41d8cd98f00b204e9800998ecf8427e"}]),
        Example(
            data=[chat("What does a pointer start with?", "version https://git-lfs.github.com/spec/v1\noid")],
            note="an answer that quotes a pointer",
        ),
    )

    def check(self, fault: Fault) -> Iterator[Finding]:
        tool, _, command = fault.detail.partition(": ")
        yield Finding(f"not pulled: a {tool} pointer stands here, not the data; run {command}", help=command)
