"""The log: the runner carries out nothing from a row, a path, a branch or a message; little is marked."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from composite import ROOT, Run, Runner
from hypothesis import example, given
from hypothesis import strategies as st
from workflow_commands import Command, annotations, commands, kept, parsed
from workspace import Repository, pull_request, turn

Act = Callable[..., Run]

HOSTILE = (
    "::error::owned",
    "\n::error file=a::owned",
    "\r::set-output name=findings::0",
    "%0A::stop-commands::owned",
    "  ::add-mask::a",
    "\x1b[31m::warning::owned\x1b[0m",
    "##[error]owned",
    "##[stop-commands]owned",
    "\u2028::notice::owned",
    "\u200b::debug::owned",
    "\t\u00a0::group::owned",
)
# What the action itself says to the runner.
OWN = {"error", "warning", "notice"}


def loaded(name: str) -> ModuleType:
    """A module of the action, under a name that no other module has."""
    spec = importlib.util.spec_from_file_location(f"action_{name}", ROOT / "action" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


workflow, summary = loaded("workflow"), loaded("summary")


def innocent(found: Command) -> bool:
    """An annotation that ftlint or the action made, and in which nothing of a row came first."""
    return (
        found.name in OWN
        and (found.properties.get("title", "") != "" or found.data == "owned")
        and found.data != "owned"
    )


@pytest.mark.parametrize("colour", ["", "1"])
def test_rows_and_paths_are_text(act: Act, runner: Runner, repository: Repository, colour: str) -> None:
    rows: list[Any] = [turn(text, f"An answer to {number}", text) for number, text in enumerate(HOSTILE)]
    rows += [{"messages": [{"role": "user", "content": text, text: text}]} for text in HOSTILE]
    rows += [{"prompt": text, "completion": "As an AI language model, I cannot."} for text in HOSTILE]
    repository.write("data/train.jsonl", "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    repository.write("data/broken.jsonl", "".join(f"{text.strip()} {{\n" for text in HOSTILE))
    for number, text in enumerate(HOSTILE):
        name = text.replace("/", "") + f"{number}.jsonl"
        repository.write(name, [turn("Hi", "Hello there, friend.", "usr")])
    repository.write(
        "configs/lora.yaml", "model_name_or_path: '::error::owned'\nlearning_rate: 9\n'##[error]owned': 1\n"
    )
    runner.env["FORCE_COLOR"] = colour
    event = pull_request("::error::owned")
    event[1]["pull_request"]["head"]["ref"] = "\n::error::owned"
    done = act(event, args="--max-per-rule=0", paths="")
    assert done.code == 1
    assert int(done.outputs["errors"]) > 20
    assert "owned" in done.log
    found = commands(done.log)
    assert found
    assert [each for each in found if not innocent(each)] == []
    # Not even to a runner that would look behind colours.
    bare = re.sub(r"\x1b\[[0-9;]*m", "", done.log)
    assert len(commands(bare)) == len(found)
    assert [each.name for each in annotations(done.log)] == [each.name for each in kept(done.log)]
    assert set(done.outputs["findings"]) <= set("0123456789")


def test_what_ftlint_dies_of_is_text(act: Act, repository: Repository) -> None:
    repository.write("train.jsonl", [turn("Hi", "Hello there, friend.", "usr")])
    repository.write("ftlint.toml", 'select = ["CHAT005"]\n"x\\n::error::owned" = 1\n')
    done = act()
    assert done.code == 2
    assert [each for each in commands(done.log) if not innocent(each)] == []
    done = act(since="main\n::error::owned%0A##[error]owned")
    assert done.code == 2
    assert [each for each in commands(done.log) if not innocent(each)] == []


def test_what_another_program_prints_is_text(capfd: pytest.CaptureFixture[str]) -> None:
    printing = "import sys; sys.stdout.write(sys.argv[1]); sys.stderr.write(sys.argv[1]); sys.exit(3)"
    code, last = workflow.relay([sys.executable, "-c", printing, "\n".join(HOSTILE)], os.environ)
    assert code == 3
    said = capfd.readouterr().out
    assert said.count("owned") == 18
    assert commands(said) == []
    assert any(line.startswith("::error::") for line in last)


def test_remarks_are_escaped(capfd: pytest.CaptureFixture[str]) -> None:
    workflow.remark("notice", "50%0A of it\n::error::owned\r##[error]a")
    (found,) = commands(capfd.readouterr().out)
    assert found == Command("notice", {"title": "ftlint"}, "50%0A of it\n::error::owned\r##[error]a")


@given(st.text(alphabet=st.sampled_from("::#[]% \t\x1b\x85\u2028eror[0m\u200dstp-coman0A"), max_size=40))
@example("\x1b[1m::error::a")
@example("## ##[error]a")
def test_no_line_is_a_command_once_guarded(text: str) -> None:
    for line in text.splitlines():
        assert parsed(workflow.guarded(line)) is None


@pytest.mark.parametrize("line", ["data/a.jsonl:1 a::b", "  plain", "http://a::b", "", "a ##(b)"])
def test_other_lines_stay_as_they_are(line: str) -> None:
    assert workflow.guarded(line) == line


def test_many_findings_are_ten_and_ten_and_what_is_left(act: Act, repository: Repository) -> None:
    fault, mild = turn("Hi", "Hello there, friend.", "usr"), turn("Hi", "As an AI language model, I cannot.")
    for number in range(40):
        repository.write(f"data/{number:02}.jsonl", [fault, mild, fault, mild])
    repository.write("ftlint.toml", 'select = ["CHAT005", "QUAL002", "CHAT001", "DUP001"]\n')
    before = "# What another part wrote\n" + "x" * 800_000
    done = act(before=before)
    shown = kept(done.log)
    assert shown == annotations(done.log)
    kinds = Counter(each.name for each in shown)
    assert (kinds["error"], kinds["warning"]) == (10, 10)
    # The worst first, and no file twice while another has not been named.
    assert [each.name for each in shown[:20]] == ["error"] * 10 + ["warning"] * 10
    assert len({each.properties["file"] for each in shown[:10]}) == 10
    told = re.match(r"([\d,]+) more findings in \d+ files", shown[-1].data)
    assert told
    named = int(done.outputs["findings"]) - int(told[1].replace(",", ""))
    assert 20 <= named <= 60
    assert done.summary.startswith(before)
    assert "CHAT005" in done.summary
    assert len(done.summary.encode()) <= 900 * 1024


def test_a_summary_that_is_full_is_left_alone(act: Act, repository: Repository) -> None:
    repository.write("train.jsonl", [turn("Hi", "Hello there, friend.", "usr")])
    before = "x" * (900 * 1024)
    assert act(before=before).summary == before


PIECES = st.lists(
    st.sampled_from(
        ["- a finding 👋", "| a | b |", "<details>", "</details>", "```", "", "### title", "wide " * 30]
    ),
    max_size=40,
)


@given(PIECES, st.integers(0, 1500))
def test_what_is_cut_fits_and_is_closed(lines: list[str], room: int) -> None:
    text = "\n".join(lines) + "\n"
    cut = summary.fit(text, room, lambda piece: len(piece.encode()))
    assert len(cut.encode()) <= room
    if cut and cut != text:
        assert text.startswith(cut[: cut.index("\n")])
        assert cut.count("```") % 2 == 0
        assert cut.count("</details>") >= cut.count("<details>")


def test_a_huge_report_is_cut_after_a_row() -> None:
    text = "### title\n\n" + "".join(f"| {number} | finding |\n" for number in range(100_000))
    cut = summary.fit(text, 900 * 1024, lambda piece: len(piece.encode()))
    assert 890 * 1024 < len(cut.encode()) <= 900 * 1024
    assert re.search(r"\| \d+ \| finding \|\n\n\*Cut here", cut)
