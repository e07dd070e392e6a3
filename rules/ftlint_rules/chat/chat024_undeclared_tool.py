from collections.abc import Iterator

from ftlint.detect.messages import place, shown
from ftlint.detect.toolcalls import calls, declared, may_call, tools
from ftlint.model import Finding, Record, Severity, Shape
from ftlint.rule import Example, Rule


def _record(name: str) -> dict[str, object]:
    call = {"id": "c1", "type": "function", "function": {"name": name, "arguments": "{}"}}
    return {
        "messages": [
            {"role": "user", "content": "a"},
            {"role": "assistant", "content": None, "tool_calls": [call]},
        ],
        "tools": [
            {"type": "function", "function": {"name": "get_weather", "parameters": {"type": "object"}}}
        ],
    }


class UndeclaredTool(Rule[Record]):
    """A tool is called that the record does not declare.

    ## Why it matters
    The model is shown a list of tools and learns to call one that is not on it: it will invent tools in
    use.

    ## What to do
    Declare the tool in `tools`, or mend the name in the call.

    ## References
    - OpenAI, *Function calling* guide, and TRL `docs/source/dataset_formats.md`, *Tool calling*: the row's
      `tools` are the tools the model may call.

    ## Known limits
    Records that declare no tools at all are left alone: theirs may stand in the system prompt.
    """

    code = "CHAT024"
    name = "undeclared-tool"
    severity = Severity.WARNING
    headline = "{count} rows call a tool that they do not declare"
    help = "declare the tool, or mend its name in the call"
    bad = (Example([_record("getWeather")]),)
    good = (
        Example([_record("get_weather")]),
        Example([{"messages": _record("f")["messages"]}], note="no tools declared at all"),
    )

    def wakes(self, shape: Shape) -> bool:
        return declared(shape) is not None and may_call(shape)

    def check(self, record: Record) -> Iterator[Finding]:
        found = declared(record)
        if found is None:
            return
        try:
            known = {tool.name for tool in tools(*found) if isinstance(tool.name, str)}
        except (ValueError, RecursionError):
            return
        for call in calls(record.turns):
            if known and isinstance(call.name, str) and call.name not in known:
                yield Finding(
                    f"{place(call.pointer)} calls {shown(call.name)}, not among the {len(known)} declared",
                    pointer=call.pointer,
                )
                return
