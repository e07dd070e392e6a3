from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

from ftlint.facts.targets import profile
from ftlint.model import Dataset, Finding, Severity, Split
from ftlint.rule import Between, Example, Rule, chat

if TYPE_CHECKING:
    from ftlint.facts.profile import TargetProfile


def _chats(count: int) -> list[object]:
    return [chat("Where is my parcel?", "On its way.")] * count


class TooFewExamples(Rule[Dataset]):
    """Fewer training examples than a fine-tune can learn from, or than the target takes.

    ## Why it matters
    A few dozen rows are learnt by heart within an epoch or two: the training loss falls, the model does not
    get better. Below the target's own minimum the job does not start.

    ## What to do
    Collect more real examples. Where there are none, a prompt with the best of them as few-shot examples
    does better than a fine-tune.

    ## References
    OpenAI: 10 are the minimum, "clear improvements from fine-tuning on 50 to 100". Microsoft: "10 is the
    minimum for the pipeline to run, you need hundreds to thousands". AWS advises at least 100 per task for
    Amazon Nova, Google 100 for Gemini. Hence `error_below` 50 and `warn_below` 100. With a target its own
    minimum decides the error (10 OpenAI, 8 Nova, 32 Claude on Bedrock, 100 Bedrock reinforcement) and its
    own advice the warning, where it gives one. A lone file whose name does not say what it is for may be
    a sample, and a dataset of which only some files were looked at may have more rows: they get a warning
    at most.
    On 56 public files: 10 hits, 10 looked at, 10 true.
    """

    code = "SPLIT001"
    name = "too-few-examples"
    severity = Severity.ERROR
    worse = "fewer"
    help = "collect more examples, or put the best into the prompt"
    bad = (
        Example(splits={"train": _chats(49)}),
        Example(splits={"train": _chats(99)}, note="a warning"),
        Example(_chats(12), note="a lone file: a warning"),
        Example(splits={"train": _chats(31)}, target="bedrock-claude-3-haiku"),
        Example(splits={"train": _chats(40), "validation": _chats(20)}, target="bedrock-claude-3-haiku"),
        Example(splits={"train": _chats(99)}, target="bedrock-rft"),
    )
    good = (
        Example(splits={"train": _chats(100)}),
        Example(splits={"train": _chats(100), "test": _chats(9)}, note="a small test split: SPLIT006"),
        Example(
            files={"files.csv": "file,bytes,sha\na.bin,12,5f1c\nb.bin,7,91aa\n"},
            note="a lone table that is no training data",
        ),
        Example(splits={"train": _chats(50)}, target="openai", note="as many as OpenAI advises"),
    )

    error_below: Annotated[int, Between(0, 1_000_000), "training rows below which it is an error"] = 50
    warn_below: Annotated[int, Between(0, 1_000_000), "training rows below which it is a warning"] = 100

    def check(self, dataset: Dataset) -> Iterator[Finding]:
        target = profile(dataset.target) if dataset.target else None
        train = dataset.splits.get("train")
        lone = dataset.evidence == "lone"
        unsure = lone or dataset.partial
        if train is not None and train.records and (not lone or _is_read(train)):
            finding = self._train(train, target, unsure)
            if finding:
                yield finding
        validation = dataset.splits.get("validation")
        least = target.min_validation_rows if target else None
        if not target or not least or validation is None or dataset.partial:
            return
        if 0 < validation.records < least:
            yield Finding(
                f"validation has {_rows(validation.records)}; {target.title} takes no fewer than "
                f"{least}{target.dated}",
                path=validation.path,
            )

    def _train(self, train: Split, target: TargetProfile | None, unsure: bool) -> Finding | None:
        rows = train.records
        told = f"{'the file' if unsure else 'train'} has {_rows(rows)}"
        least = target.min_train_rows if target else None
        if target and least and rows < least:
            severity = Severity.WARNING if unsure else Severity.ERROR
            message = f"{told}; {target.title} takes no fewer than {least}{target.dated}"
        elif not least and rows < self.error_below:
            severity = Severity.WARNING if unsure else Severity.ERROR
            message = f"{told}; under {self.error_below} are learnt by heart, {self.warn_below} are advised"
        elif rows < (advised := (target and target.advised_train_rows) or self.warn_below):
            severity = Severity.INFO if unsure else Severity.WARNING
            by = f" by {target.title}" if target and target.advised_train_rows else ""
            message = f"{told}; {advised} or more are advised{by}"
        else:
            return None
        return Finding(message, path=train.path, severity=severity)


def _is_read(split: Split) -> bool:
    """Whether some file of the split holds records of a known format, not a table of anything."""
    return any(part.format is not None for part in split.parts)


def _rows(count: int) -> str:
    return "1 example" if count == 1 else f"{count:,} examples"
