"""`ftlint server` driven by pygls' client over its pipes: what a person does in an editor."""

import asyncio
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pygls", reason="ftlint[lsp] is not installed")

from editor import Editor, applied, codes
from lsprotocol import types

SMILE = "\N{GRINNING FACE}"


def row(index: int, role: str = "assistant", mark: str = "") -> dict[str, Any]:
    asked = {"role": "user", "content": f"{mark}How long does order {index} of last week take?"}
    return {
        "messages": [asked, {"role": role, "content": f"Order {index} takes {index % 9} days and a half."}]
    }


def jsonl(rows: list[Any]) -> str:
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in rows)


COMMA = jsonl([row(90)]).replace('"}]}', '"},]}')

CONFIG = """\
base_model: meta-llama/Llama-3.1-8B
adapter: lora
lora_r: 16
learning_rate: 0.01
num_epochs: 3
datasets:
  - path: data/train.jsonl
    type: chat_template
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project").resolve()
    (folder / "data").mkdir()
    (folder / "other").mkdir()
    (folder / "ftlint.toml").write_text('extend-exclude = ["scratch"]\n')
    (folder / "data" / "train.jsonl").write_text(jsonl([row(index) for index in range(120)]))
    (folder / "data" / "val.jsonl").write_text(jsonl([row(index) for index in range(200, 220)]))
    (folder / "lora.yaml").write_text(CONFIG)
    return folder


@pytest.fixture(scope="module")
def editor(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    """One server for the whole module: it is what an editor has, and starting one takes a second."""
    loop = asyncio.new_event_loop()
    cache = tmp_path_factory.mktemp("cache")
    options = {"debounce": 20, "maxFileSize": "200KB", "maxDiagnostics": 40}
    started = Editor(loop).start(root, root / "other", options=options, XDG_CACHE_HOME=str(cache))
    yield started
    code = started.stop()
    loop.close()
    assert code == 0


def found(code: str) -> Any:
    return lambda diagnostics: code in codes(diagnostics)


def of(diagnostics: list[types.Diagnostic], code: str) -> types.Diagnostic:
    return next(each for each in diagnostics if each.code == code)


def edits(action: types.CodeAction) -> list[types.TextEdit]:
    assert action.edit is not None
    (change,) = action.edit.document_changes or ()
    return list(change.edits)


def test_open_edit_save_and_fix(editor: Editor, root: Path) -> None:
    file = root / "data" / "train.jsonl"
    uri = editor.open(file)
    assert "CHAT005" not in codes(editor.diagnostics(uri, lambda _: True, version=1))

    # an emoji before the place: two units of UTF-16, one code point
    line = json.dumps(row(120, "human", SMILE * 3), ensure_ascii=False)
    version = editor.change(uri, line + "\n", types.Range(types.Position(120, 0), types.Position(120, 0)))
    told = editor.diagnostics(uri, found("CHAT005"), version)
    role = of(told, "CHAT005")
    at = len(line[: line.index('"human"')].encode("utf-16-le")) // 2
    assert role.range == types.Range(types.Position(120, at), types.Position(120, at + len('"human"')))
    assert role.severity is types.DiagnosticSeverity.Error
    assert role.source == "ftlint"
    assert role.code_description is not None
    assert Path(role.code_description.href.removeprefix("file://")).read_text().startswith("# CHAT005")
    assert file.read_text() == jsonl([row(index) for index in range(120)]), "the file on disk was not touched"

    fix, *_ = editor.actions(uri, role.range, [role])
    assert (fix.title, fix.kind, fix.is_preferred) == ("CHAT005: set role to 'user'", "quickfix", True)
    whole = file.read_text() + line + "\n"
    mended = applied(whole, edits(fix))
    assert mended == whole.replace('"human"', '"user"'), "nothing but the role changed"
    (edit,) = edits(fix)
    version = editor.change(uri, edit.new_text, edit.range)
    assert "CHAT005" not in codes(editor.diagnostics(uri, lambda _: True, version))

    file.write_text(mended)
    editor.save(uri)
    assert "CHAT005" not in codes(editor.diagnostics(uri, lambda _: True, version))
    editor.close(uri)
    assert editor.diagnostics(uri, lambda each: not each) == []
    file.write_text(jsonl([row(index) for index in range(120)]))


def test_an_unsafe_fix_says_so_and_a_repeated_row_names_the_first(editor: Editor, root: Path) -> None:
    file = root / "data" / "train.jsonl"
    uri = editor.open(file, jsonl([*(row(index) for index in range(120)), row(7)]))
    told = editor.diagnostics(uri, found("DUP001"), 1)
    repeated = of(told, "DUP001")
    assert repeated.range.start == types.Position(120, 0)
    assert repeated.related_information is not None
    location = repeated.related_information[0].location
    assert (location.uri, location.range.start.line) == (uri, 7)
    fix = next(each for each in editor.actions(uri, repeated.range, [repeated]) if "drop" in each.title)
    assert fix.title == "DUP001: drop this row (unsafe)"
    assert not fix.is_preferred
    text = jsonl([*(row(index) for index in range(120)), row(7)])
    assert applied(text, edits(fix)) == jsonl([row(index) for index in range(120)])
    editor.close(uri)


def test_all_safe_fixes_at_once(editor: Editor, root: Path) -> None:
    broken = [row(0), row(1, "human"), row(2), row(3, "gpt", SMILE)]
    text = jsonl([row(index) for index in range(50, 110)]) + jsonl(broken).replace('half."}]}', 'half."},]}')
    uri = editor.open(root / "data" / "new.jsonl", text)
    editor.diagnostics(uri, found("FMT026"), 1)
    place = types.Range(types.Position(0, 0), types.Position(0, 0))
    (action,) = editor.actions(uri, place, only=["source.fixAll"])
    assert action.title == "Fix all safe ftlint problems"
    assert action.kind == "source.fixAll.ftlint"
    mended = applied(text, edits(action))
    wanted = text.replace("},]}", "}]}").replace('"human"', '"user"').replace('"gpt"', '"assistant"')
    assert mended == wanted
    assert len(edits(action)) == 4, "a line each, not the whole file"
    assert editor.actions(uri, place, only=["refactor"]) == []
    # where an editor shows a menu the work is done when it is chosen
    params = types.ExecuteCommandParams("ftlint.fixAll", arguments=[uri])
    editor.do(editor.client.workspace_execute_command_async(params))
    (change,) = editor.applied.pop().document_changes or ()
    assert applied(text, list(change.edits)) == wanted
    editor.close(uri)


def test_what_spans_files_is_told_on_saving_and_moves_with_its_line(editor: Editor, root: Path) -> None:
    train, val = root / "data" / "train.jsonl", root / "data" / "val.jsonl"
    val.write_text(jsonl([*(row(index) for index in range(200, 220)), row(5)]))
    uri = editor.open(train)
    assert "LEAK001" not in codes(editor.diagnostics(uri, lambda _: True, 1))
    editor.save(uri)
    leak = of(editor.diagnostics(uri, found("LEAK001"), 1), "LEAK001")
    assert leak.range.start.line == 5
    assert leak.related_information is not None
    other = leak.related_information[0].location
    assert (other.uri, other.range.start.line) == (val.as_uri(), 20)
    top = types.Range(types.Position(0, 0), types.Position(0, 0))
    version = editor.change(uri, jsonl([row(300)]), top)
    leak = of(editor.diagnostics(uri, found("LEAK001"), version), "LEAK001")
    assert leak.range.start.line == 6, "the line stands one further down"
    version = editor.change(uri, "", types.Range(types.Position(6, 0), types.Position(7, 0)))
    assert "LEAK001" not in codes(editor.diagnostics(uri, lambda _: True, version)), "its line is gone"
    editor.close(uri)
    val.write_text(jsonl([row(index) for index in range(200, 220)]))


def test_a_config_its_fix_its_hover_and_its_comment(editor: Editor, root: Path) -> None:
    uri = editor.open(root / "lora.yaml", language="yaml")
    told = editor.diagnostics(uri, found("CFG001"), 1)
    rate = of(told, "CFG001")
    assert rate.range == types.Range(types.Position(3, 15), types.Position(3, 19))
    assert editor.hover(uri, 3, 16).startswith("# CFG001 learning-rate-too-high")
    told_of = editor.hover(uri, 2, 1)
    assert told_of.startswith("**lora_rank** (count)")
    assert "Read as `16`" in told_of
    assert "`lora_r` of axolotl" in told_of

    actions = editor.actions(uri, rate.range, [rate])
    fix = next(each for each in actions if each.title.startswith("CFG001: "))
    assert fix.title.endswith("(unsafe)")
    assert applied(CONFIG, edits(fix)) == CONFIG.replace("0.01", "2.0e-4")
    comment = next(each for each in actions if each.title == "Ignore CFG001 on this line")
    ignored = applied(CONFIG, edits(comment))
    assert "learning_rate: 0.01  # ftlint: ignore[CFG001]\n" in ignored
    version = editor.change(uri, ignored)
    assert "CFG001" not in codes(editor.diagnostics(uri, lambda _: True, version))
    editor.close(uri)


def test_a_rule_is_ignored_by_the_settings(editor: Editor, root: Path) -> None:
    file = root / "data" / "ignored.jsonl"
    file.write_text(jsonl([*map(row, range(3)), row(3, "human")]))
    uri = editor.open(file)
    role = of(editor.diagnostics(uri, found("CHAT005"), 1), "CHAT005")
    actions = editor.actions(uri, role.range, [role])
    ignore = next(each for each in actions if each.title.startswith("Ignore CHAT005 in"))
    assert ignore.title == "Ignore CHAT005 in data/ignored.jsonl (ftlint.toml)"
    settings = root / "ftlint.toml"
    before = settings.read_text()
    settings.write_text(applied(before, edits(ignore)))
    change = types.FileEvent(settings.as_uri(), types.FileChangeType.Changed)
    editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([change]))
    editor.diagnostics(uri, lambda told: "CHAT005" not in codes(told))
    settings.write_text(before)
    editor.close(uri)


def test_a_mistake_in_the_settings_is_shown_there(editor: Editor, root: Path) -> None:
    settings = root / "ftlint.toml"
    before = settings.read_text()
    data = editor.open(root / "data" / "val.jsonl", COMMA + jsonl([row(0), row(2), row(1, "human")]))
    editor.diagnostics(data, found("CHAT005"), 1)
    uri = editor.open(settings, language="toml")
    editor.diagnostics(uri, lambda told: not told, 1)
    # as it is typed, not saved: judged, but the others still go by the file on disk
    version = editor.change(uri, before + 'fail-on = "fatal"\n')
    (mistake,) = editor.diagnostics(uri, bool, version)
    assert mistake.range.start.line == 1
    assert mistake.message.startswith("fail-on cannot be 'fatal'")
    assert "CHAT005" in codes(editor.told[data].diagnostics)
    # saved and broken: nothing can be checked, and that is said
    settings.write_text(before + "ignore = [\n")
    editor.change(uri, settings.read_text())
    editor.save(uri)
    editor.diagnostics(uri, lambda told: any("not valid TOML" in each.message for each in told))
    editor.diagnostics(data, lambda told: not told)
    editor.until(lambda: any("nothing is checked" in each for each in editor.messages))
    settings.write_text(before + 'ignore = ["CHAT005"]\n')
    version = editor.change(uri, settings.read_text())
    editor.save(uri)
    editor.diagnostics(uri, lambda told: not told, version)
    assert "CHAT005" not in codes(editor.diagnostics(data, found("FMT026")))
    # what the settings say of a rule, and what can be written
    assert editor.hover(uri, 1, 13).startswith("# CHAT005 unknown-role")
    assert "**ignore**: Rules not to run." in editor.hover(uri, 1, 2)
    assert "split-leakage" in editor.completions(uri, 1, 13)
    settings.write_text(before)
    editor.close(uri)
    editor.diagnostics(data, found("CHAT005"))
    editor.close(data)


def test_a_bad_settings_file_that_is_not_open_is_shown_all_the_same(editor: Editor, root: Path) -> None:
    folder = root / "other"
    (folder / "ftlint.toml").write_text('selct = ["CHAT"]\n')
    (folder / "rows.jsonl").write_text(jsonl([row(0), row(2), row(1, "human")]))
    uri, settings = editor.open(folder / "rows.jsonl"), (folder / "ftlint.toml").as_uri()
    (mistake,) = editor.diagnostics(settings)
    assert mistake.message == "unknown setting 'selct': did you mean 'select'?"
    (folder / "ftlint.toml").write_text('select = ["CHAT"]\n')
    change = types.FileEvent(settings, types.FileChangeType.Changed)
    editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([change]))
    assert set(codes(editor.diagnostics(uri))) == {"CHAT005"}, "the nearest settings count"
    editor.diagnostics(settings, lambda told: not told)
    editor.close(uri)


def test_large_files_on_saving_only_and_no_more_findings_than_asked_for(editor: Editor, root: Path) -> None:
    file = root / "data" / "large.jsonl"
    rows = [row(1000 + index, "human" if index % 2 else "assistant") for index in range(2000)]
    file.write_text(jsonl(rows))
    assert file.stat().st_size > 200_000
    uri = editor.open(file)
    editor.until(lambda: any("is checked when it is saved" in each for each in editor.messages))
    assert uri not in editor.told
    editor.save(uri)
    told = editor.diagnostics(uri)
    assert codes(told).count("CHAT005") <= 40
    note = next(each for each in told if "more findings are not shown here" in each.message)
    assert note.severity is types.DiagnosticSeverity.Information
    assert note.message.endswith("ftlint check data/large.jsonl")
    editor.close(uri)
    file.unlink()


def test_what_is_left_alone(editor: Editor, root: Path) -> None:
    """Excluded files, notebooks, documents that are no files: nothing is told of them, nothing breaks."""
    (root / "scratch").mkdir()
    bad = jsonl([row(0), row(2), row(1, "human")])
    excluded = editor.open(root / "scratch" / "a.jsonl", bad)
    notebook = editor.open(root / "a.ipynb", bad)
    item = types.TextDocumentItem("untitled:Untitled-1", "jsonl", 1, bad)
    editor.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
    control = editor.open(root / "data" / "control.jsonl", bad)
    editor.diagnostics(control, found("CHAT005"))
    editor.diagnostics(excluded, lambda told: not told)
    assert notebook not in editor.told
    assert "untitled:Untitled-1" not in editor.told
    for uri in (excluded, notebook, control):
        editor.close(uri)


def test_a_later_version_supersedes_the_one_before(editor: Editor, root: Path) -> None:
    """Twenty edits in a row: what is told in the end is of the last one."""
    uri = editor.open(root / "data" / "typing.jsonl", jsonl([row(1)]))
    for index in range(20):
        version = editor.change(
            uri, jsonl([row(0), row(1), *[row(2, "human" if index % 2 else "assistant")] * (index + 1)])
        )
    told = editor.diagnostics(uri, found("CHAT005"), version)
    assert codes(told).count("CHAT005") == 20
    versions = [each.version for each in editor.history if each.uri == uri]
    assert versions == sorted(versions)
    assert len(versions) < 20
    editor.close(uri)


def test_lines_are_those_of_the_protocol(editor: Editor, root: Path) -> None:
    """U+2028 and form feeds end no line; an edit behind them lands where the editor says."""
    first = json.dumps(row(1, mark="a\u2028b\x85c"), ensure_ascii=False)
    uri = editor.open(root / "data" / "odd.jsonl", f"{first}\n" + jsonl([row(2)]))
    editor.diagnostics(uri, lambda _: True, 1)
    second = json.dumps(row(2))
    at = second.index('"assistant"') + 1
    where = types.Range(types.Position(1, at), types.Position(1, at + len("assistant")))
    version = editor.change(uri, "human", where)
    role = of(editor.diagnostics(uri, found("CHAT005"), version), "CHAT005")
    assert role.range.start == types.Position(1, at - 1)
    editor.close(uri)


def test_a_mark_that_the_editor_keeps_to_itself(editor: Editor, root: Path) -> None:
    """Editors strip a byte order mark: columns must not count it, and no fix can take it away."""
    file = root / "data" / "marked.jsonl"
    file.write_bytes(b"\xef\xbb\xbf" + jsonl([row(1, "human"), row(2), row(3)]).encode())
    uri = editor.open(file)
    told = editor.diagnostics(uri, found("CHAT005"), 1)
    line = json.dumps(row(1, "human"))
    assert of(told, "CHAT005").range.start == types.Position(0, line.index('"human"'))
    mark = of(told, "FMT002") if "FMT002" in codes(told) else told[0]
    titles = [each.title for each in editor.actions(uri, mark.range, [of(told, "CHAT005")])]
    assert "CHAT005: set role to 'user'" in titles
    editor.close(uri)
    file.unlink()


def test_private_data_is_in_no_message(editor: Editor, root: Path) -> None:
    private = "maria.huber@firma-huber.example"
    rows = [
        row(1),
        {"messages": [{"role": "user", "content": f"write to {private}"}, {"role": private, "content": "x"}]},
    ]
    uri = editor.open(root / "data" / "private.jsonl", jsonl(rows))
    editor.diagnostics(uri, bool, 1)
    said = json.dumps([str(each) for each in editor.history]) + json.dumps(editor.messages)
    assert private not in said
    editor.close(uri)


@pytest.mark.parametrize("encoding", ["utf-8"])
def test_positions_in_the_units_the_editor_asks_for(encoding: str, root: Path) -> None:
    loop = asyncio.new_event_loop()
    editor = Editor(loop).start(root, encoding=encoding, XDG_CACHE_HOME=os.environ.get("XDG_CACHE_HOME", ""))
    assert editor.capabilities is not None
    assert editor.capabilities.position_encoding == encoding
    line = json.dumps(row(1, "human", SMILE * 2), ensure_ascii=False)
    uri = editor.open(root / "data" / "units.jsonl", line + "\n" + jsonl([row(2), row(3)]))
    role = of(editor.diagnostics(uri, found("CHAT005"), 1), "CHAT005")
    before = line[: line.index('"human"')]
    assert role.range.start.character == (len(before.encode()) if encoding == "utf-8" else len(before))
    assert editor.stop() == 0
    loop.close()
