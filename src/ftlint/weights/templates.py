"""Chat templates rendered as transformers renders them: the same sandbox, filters and names."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from ftlint.detect.mask import mask
from ftlint.model import FtlintError, MissingExtraError

Message = Mapping[str, Any]
_REASONING = ("reasoning_content", "thinking", "reasoning")
_FAULTS = (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, RecursionError)
MOST_SAID = 200
"""Signs of a template's own words that are told; it may quote the conversation in them."""
_GENERATION = re.compile(r"\{%-?\s*generation\s*-?%\}")


class TemplateFault(Exception):  # noqa: N818
    """A conversation that the template does not take, with its own words for why."""


class Rendered(NamedTuple):
    """The text, and the [start, end) of what stands in `{% generation %}` blocks."""

    text: str
    spans: list[tuple[int, int]]


class Template:
    """A compiled chat template. `strftime_now` gives `today`: the same data tomorrow is the same text."""

    def __init__(self, text: str, today: date, path: str = "") -> None:
        self.text = text
        self.marks_answers = _GENERATION.search(text) is not None
        self._tracked: list[tuple[int, int]] = []
        self._blocks: list[str] | None = None
        environment = _environment()(self)
        environment.globals["strftime_now"] = datetime(today.year, today.month, today.day).strftime
        try:
            self._compiled = environment.from_string(text)
        except _template_error() as error:
            raise FtlintError(f"not a chat template: {error}", path, getattr(error, "lineno", None)) from None

    def render(
        self,
        messages: Sequence[Message],
        tools: Sequence[Mapping[str, Any]] | None,
        *,
        prompt: bool,
        names: Mapping[str, str],
    ) -> Rendered:
        """The conversation as text; `prompt` adds what an answer begins with. Raises `TemplateFault`."""
        chat = [
            _aliased({key: value for key, value in each.items() if value is not None}) for each in messages
        ]
        with self._tracking() as blocks:
            try:
                blocks.extend(
                    self._compiled.generate(
                        messages=chat,
                        tools=list(tools) if tools else None,
                        documents=None,
                        add_generation_prompt=prompt,
                        **names,
                    )
                )
            except (_template_error(), *_FAULTS) as error:
                raise TemplateFault(mask(str(error))[:MOST_SAID] or type(error).__name__) from None
            return Rendered("".join(blocks), self._tracked)

    @contextmanager
    def _tracking(self) -> Iterator[list[str]]:
        self._tracked, self._blocks = [], []
        try:
            yield self._blocks
        finally:
            self._blocks = None

    def generated(self, text: str) -> str:
        """Notes where a `{% generation %}` block stands. Blocks arrive one by one, so its start is known."""
        if self._blocks is not None:
            start = sum(map(len, self._blocks))
            self._tracked.append((start, start + len(text)))
        return text


def _aliased(message: dict[str, Any]) -> dict[str, Any]:
    reasoning = next((message[key] for key in _REASONING if message.get(key) is not None), None)
    if reasoning is None:
        return message
    return {"thinking": reasoning, **message, "reasoning_content": reasoning}


@cache
def _template_error() -> type[Exception]:
    try:
        from jinja2 import TemplateError
    except ImportError:
        raise MissingExtraError("train", "rendering chat templates") from None
    return TemplateError  # type: ignore[no-any-return]


@cache
def _environment() -> Any:
    """A maker of environments like those of transformers 5: what templates may call, and no more."""
    _template_error()
    from jinja2 import nodes
    from jinja2.exceptions import SecurityError, TemplateError
    from jinja2.ext import Extension, loopcontrols
    from jinja2.sandbox import ImmutableSandboxedEnvironment
    from jinja2.utils import Namespace

    class Generation(Extension):  # type: ignore[misc]  # jinja2 is skipped when types are checked
        tags = {"generation"}

        def parse(self, parser: Any) -> Any:
            line = next(parser.stream).lineno
            body = parser.parse_statements(("name:endgeneration",), drop_needle=True)
            return nodes.CallBlock(self.call_method("note"), [], [], body).set_lineno(line)

        def note(self, caller: Any) -> str:
            return self.environment.ftlint_template.generated(caller())  # type: ignore[no-any-return]

    def refuse(message: str) -> None:
        raise TemplateError(message)

    def as_json(
        value: Any,
        ensure_ascii: bool = False,
        indent: int | None = None,
        separators: Any = None,
        sort_keys: bool = False,
    ) -> str:
        return json.dumps(
            value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys
        )

    class Dict:
        def __call__(self, *given: Any, **named: Any) -> dict[Any, Any]:
            return dict(*given, **named)

        def fromkeys(self, *given: Any, **named: Any) -> dict[Any, Any]:
            return dict.fromkeys(*given, **named)

    class Names(Namespace):  # type: ignore[misc]
        def __init__(*given: Any, **named: Any) -> None:  # no `self`: namespace(self=...) is allowed
            own, rest = given[0], given[1:]
            values = dict(*rest, **named)
            for name in values:
                checked(name)
            Namespace.__init__(own, values)

        def __setitem__(self, name: str, value: Any) -> None:
            checked(name)
            Namespace.__setitem__(self, name, value)

    def checked(name: Any) -> None:
        if isinstance(name, str) and name.startswith("_"):
            raise SecurityError(f"a chat template may not set {name!r} on a namespace")

    def made(template: Template) -> Any:
        environment = ImmutableSandboxedEnvironment(
            trim_blocks=True, lstrip_blocks=True, extensions=[Generation, loopcontrols]
        )
        environment.ftlint_template = template
        environment.filters["tojson"] = as_json
        environment.globals.update(raise_exception=refuse, dict=Dict(), namespace=Names)
        return environment

    return made
