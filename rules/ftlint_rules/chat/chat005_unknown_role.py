from collections.abc import Iterator

from ftlint.detect.messages import meant_for, place, shown
from ftlint.model import Finding, Fix, SetValue, Severity, Shape, Turn
from ftlint.rule import Example, Rule, chat

CERTAIN = {
    "human": "user",
    "person": "user",
    "customer": "user",
    "gpt": "assistant",
    "chatgpt": "assistant",
    "bot": "assistant",
    "model": "assistant",
    "ai": "assistant",
    "chatbot": "assistant",
    "assistent": "assistant",
    "assitant": "assistant",
    "observation": "tool",
}


class UnknownRole(Rule[Shape]):
    """A message has a role that the format does not know.

    ## Why it matters
    Roles of one dialect (`human`, `gpt`, `model`) mean nothing to another: the service refuses the file,
    the chat template stops, or LLaMA-Factory drops the row with a warning nobody reads.

    ## What to do
    Use the format's own words. The fix sets the role where only one can be meant; the letters' case counts.
    A role that the format knows and the target does not is told by `role-not-accepted`.

    ## References
    - together-python `utils/files.py`: "Found invalid role ... Possible roles in the conversation are".
    - mistral-finetune `finetune/data/tokenize.py`: `UnrecognizedRoleError`.
    - LLaMA-Factory `data/converter.py`: "Invalid role tag", "Skipping this abnormal example".
    """

    code = "CHAT005"
    name = "unknown-role"
    severity = Severity.ERROR
    fixable = "safe"
    headline = "{count} messages have a role that the format does not know"
    help = "use the roles of the format"
    bad = (
        Example(
            [
                chat("Hi", "Hello"),
                {"messages": [{"role": "human", "content": "a"}, {"role": "gpt", "content": "b"}]},
            ]
        ),
        Example([{"messages": [{"role": "user", "content": "a"}, {"role": "Assistant", "content": "b"}]}]),
    )
    good = (
        Example([chat("Hi", "Hello", system="Be kind.")]),
        Example(
            [chat("Hi", "Hello", system="Be kind.")],
            target="bedrock-claude-3-haiku",
            note="`role-not-accepted` tells it",
        ),
        Example([{"conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}]}]),
        Example(
            [
                {
                    "contents": [
                        {"role": "user", "parts": [{"text": "a"}]},
                        {"role": "model", "parts": [{"text": "b"}]},
                    ]
                }
            ]
        ),
    )

    def check(self, shape: Shape) -> Iterator[Finding]:
        for turn in shape.turns:
            key = next((key for key in ("role", "from", *turn.data) if turn.data.get(key) == turn.name), "")
            pointer = f"{turn.pointer}/{key}"
            if not turn.name or not key:
                continue
            if not turn.role:
                yield self.unknown(shape, turn, pointer)

    def unknown(self, shape: Shape, turn: Turn, pointer: str) -> Finding:
        word = meant(shape, turn.name)
        key = pointer.rpartition("/")[2]
        fix = Fix(f"set {key} to '{word}'", (SetValue(pointer, word),)) if word else None
        dropped = "; LLaMA-Factory drops the row" if meant_for(shape, "sharegpt") else ""
        return Finding(
            f"{place(turn.pointer)} has role {shown(turn.name)}{dropped}", pointer=pointer, fix=fix
        )


def meant(shape: Shape, name: str) -> str:
    """The format's own word for what a foreign role can only mean, "" where that is not certain."""
    plain = name.strip().casefold()
    if plain in shape.format.roles:
        return plain
    wanted = CERTAIN.get(plain, plain)
    return next((own for own, role in shape.format.roles.items() if role == wanted), "")
