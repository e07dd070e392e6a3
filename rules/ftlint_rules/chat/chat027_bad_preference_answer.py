from collections.abc import Iterator
from typing import Any

from ftlint.detect.messages import meant_for, place, shown
from ftlint.model import Finding, Severity, Shape
from ftlint.rule import Example, Rule


def _row(*preferred: dict[str, Any]) -> dict[str, Any]:
    return {
        "input": {"messages": [{"role": "user", "content": "Who was Nero?"}]},
        "preferred_output": list(preferred),
        "non_preferred_output": [{"role": "assistant", "content": "No idea."}],
    }


ANSWER = {"role": "assistant", "content": "An emperor."}


class BadPreferenceAnswer(Rule[Shape]):
    """A preferred or non-preferred output is not exactly one assistant message.

    ## Why it matters
    Together refuses the file, OpenAI's guide knows one answer on each side. More messages are cut or read
    as the answer, so the pair no longer compares two answers to one prompt.

    ## What to do
    Put everything up to the answer into `input.messages`, and one assistant message into each output.

    An output without any assistant message, or with one of the user, is an error everywhere; several
    messages that hold an answer are an error for Together and a warning elsewhere (Azure takes tool
    messages).

    ## References
    - together-python `utils/files.py` (`validate_preference_openai`): "must contain exactly one message",
      "must contain an assistant message".
    - Azure OpenAI, *Direct preference optimization*: assistant or tool messages, at least one of the
      assistant.
    """

    code = "CHAT027"
    name = "bad-preference-answer"
    severity = Severity.ERROR
    headline = "{count} rows whose outputs are not one assistant message each"
    help = "put one assistant message into each output, the rest into input.messages"
    bad = (
        Example([_row(ANSWER), _row({"role": "user", "content": "Who?"}, ANSWER)]),
        Example([_row(ANSWER), _row({"role": "user", "content": "Who?"})]),
        Example([_row(ANSWER), _row(ANSWER, ANSWER)]),
        Example([_row(ANSWER), {**_row(ANSWER), "preferred_output": "An emperor."}]),
    )
    good = (Example([_row(ANSWER)]),)

    def check(self, shape: Shape) -> Iterator[Finding]:
        for key in ("preferred_output", "non_preferred_output"):
            value = shape.data.get(key)
            if value is None or shape.format.kind != "preference":
                continue
            said, severe = fault_of(value)
            if said:
                strict = severe or meant_for(shape, "together")
                yield Finding(
                    f"{place('/' + key)} {said}, not one assistant message",
                    pointer=f"/{key}",
                    severity=Severity.ERROR if strict else Severity.WARNING,
                )


def fault_of(value: Any) -> tuple[str, bool]:
    """What is wrong with an output, and whether every service refuses it."""
    if not isinstance(value, list):
        return "is no list", True
    roles = [message.get("role") for message in value if isinstance(message, dict)]
    if value and "assistant" not in roles:
        first = roles[0] if roles else None
        return f"has a message of role {shown(first)}" if isinstance(first, str) else "has no role", True
    if "user" in roles or "system" in roles:
        return f"has {len(value)} messages, some of the user or system", True
    return (f"has {len(value)} messages", False) if len(value) > 1 else ("", False)
