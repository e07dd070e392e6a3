"""The server's state and what it does with it: documents, checks under way, what each editor was told."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Coroutine
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import from_fs_path, to_fs_path

from ftlint import __version__
from ftlint.report.style import style_for
from ftlint.server.apart import Apart, BrokenWorkError
from ftlint.server.choices import Choices
from ftlint.server.diagnostics import shown
from ftlint.server.document import Document, is_settings, is_taken
from ftlint.server.hover import Pages
from ftlint.server.lines import Encoding, Lines
from ftlint.server.pages import kept
from ftlint.server.protocol import Protocol
from ftlint.server.view import View

Answer = dict[str, Any]


class Server(LanguageServer):
    """Holds what the editor has open, and one `View` of each file that something is known of."""

    def __init__(self) -> None:
        super().__init__(
            "ftlint",
            __version__,
            types.TextDocumentSyncKind.Incremental,
            protocol_cls=Protocol,
            max_workers=2,
        )
        self.choices = Choices()
        self.apart = Apart()
        self.documents: dict[str, Document] = {}
        self.views: dict[str, View] = {}
        self.roots: dict[str, tuple[str, str]] = {}
        """By file: the root of its settings, and the settings file."""
        self.tasks: dict[tuple[str, str], asyncio.Task[None]] = {}
        self.folders: list[str] = []
        self.said: set[str] = set()
        self.links: dict[str, str] = {}
        self.known: asyncio.Task[Pages] | None = None
        self.encoding: Encoding = "utf-16"
        self.related = False
        self.versioned = False

    # --- documents ---

    def document(self, uri: str) -> Document | None:
        file = local(uri)
        return self.documents.get(file) if file else None

    def folder_of(self, file: str) -> str:
        """The workspace folder that a file is in, the innermost; else its own."""
        above = [folder for folder in self.folders if f"{file}/".startswith(f"{folder.rstrip('/')}/")]
        folder = max(above, key=len, default=os.path.dirname(file))
        return folder if os.path.isdir(folder) else os.path.sep

    # --- checks ---

    def start(self, kind: str, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Begin some work; the same work that is under way already is stopped, for it is out of date."""
        former = self.tasks.pop((kind, name), None)
        if former is not None:
            former.cancel()
        task = asyncio.create_task(self._guarded(work))
        self.tasks[kind, name] = task
        task.add_done_callback(lambda done: self._ended((kind, name), done))

    def _ended(self, place: tuple[str, str], done: asyncio.Task[None]) -> None:
        if self.tasks.get(place) is done:
            del self.tasks[place]

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except BrokenWorkError as error:
            self.tell(f"a check broke: {error}", types.MessageType.Error)
        except Exception as error:  # what it says may be a text of somebody's data
            from ftlint.engine.scan import raised_at

            self.tell(f"server error: {type(error).__name__}{raised_at(error)}", types.MessageType.Error)

    def recheck(self, document: Document, delay: float = 0.0, *, saved: bool = False) -> None:
        self.start("check", document.file, self.check(document, delay, saved=saved))

    def recheck_all(self) -> None:
        for document in self.documents.values():
            self.recheck(document)

    async def check(self, document: Document, delay: float, *, saved: bool) -> None:
        """Check one document and show what is found; on saving go on with its project."""
        await asyncio.sleep(delay)
        version = document.version
        if is_settings(document.file):
            await self.judge(document)
        if not is_taken(document.file):
            return
        size = _size(document) if document.clean or saved else len(document.text)
        if size > self.choices.max_file_size and not saved:
            self.once(
                f"{document.file} is checked when it is saved: it is larger than {size_limit(self.choices)}"
            )
            return
        content = None if document.clean or saved else document.content()
        answer = await self.apart.run(self.job("document", document.file), content)
        if document.version != version or self.documents.get(document.file) is not document:
            return
        view = self.view(document.file)
        view.version = version
        if self.understood(document.file, answer) and not answer.get("excluded"):
            view.take(answer["files"][document.file])
            view.fields = answer.get("fields", [])
        else:
            self.views[document.file] = view = View(version=version, mistake=view.mistake)
        await self.publish(document.file)
        if saved and self.choices.check_on_save == "project" and answer.get("root"):
            self.start("project", answer["root"], self.check_project(document.file, answer["root"]))

    async def check_project(self, file: str, root: str) -> None:
        """Check all that is under one settings file, and show it for the documents that are saved."""
        open_ones = [
            each
            for each in self.documents.values()
            if each.clean and self.roots.get(each.file, ("",))[0] == root
        ]
        before = {each.file: (each, each.text, list(self.view(each.file).alone)) for each in open_ones}
        job = {**self.job("project", file), "files": list(before), "most": self.choices.max_project_size}
        answer = await self.apart.run(job)
        if not self.understood(file, answer):
            return
        if "skipped" in answer:
            self.once(
                f"{root} is not checked as a whole: it holds {answer['skipped']:,} bytes (maxProjectSize)"
            )
            return
        for name, told in answer["files"].items():
            if name in before:
                document, text, alone = before[name]
                if self.documents.get(name) is document:
                    self.view(name).widen(told, text, alone)
                    await self.publish(name)
            elif name == answer["settings"]:
                self.view(name).whole = told["findings"]
                await self.publish(name)

    async def judge(self, document: Document) -> None:
        """Look for a mistake in a settings file as it stands in the editor."""
        version = document.version
        answer = await self.apart.run(self.job("settings", document.file), document.content())
        if document.version == version:
            view = self.view(document.file)
            mistake = answer.get("mistake")
            view.mistake = mistake if mistake and mistake["file"] == document.file else None
            view.version = version
            await self.publish(document.file)

    def job(self, kind: str, file: str) -> Answer:
        folder, config = self.folder_of(file), self.choices.configuration
        config = os.path.join(folder, os.path.expanduser(config)) if config else ""
        limit = self.choices.max_diagnostics
        return {"kind": kind, "file": file, "folder": folder, "config": config, "limit": limit}

    def understood(self, file: str, answer: Answer) -> bool:
        """Whether a check was possible. A mistake in the settings is shown where it is."""
        mistake = answer.get("mistake")
        if mistake is None:
            self.roots[file] = (answer["root"], answer["settings"])
            self.mended(answer["sound"])
            for code, reason in answer.get("not_run", ()):
                self.once(f"not run: {code} {reason}".replace("  ", " "))
            return True
        where = mistake["file"]
        if where and os.path.isfile(where):
            self.start("mistake", where, self.show_mistake(where, mistake))
            line = f":{mistake['line']}" if mistake["line"] else ""
            self.once(f"{os.path.basename(where)}{line}: {mistake['message']}: nothing is checked", warn=True)
        else:
            self.once(f"{file}: {mistake['message']}", warn=True)
        return False

    async def show_mistake(self, file: str, mistake: Answer) -> None:
        document = self.documents.get(file)
        if document is None or document.clean:
            self.view(file).mistake = mistake
            await self.publish(file)

    def mended(self, sound: list[str]) -> None:
        """These files of settings could be read: what was said of a mistake in one of them is taken back."""
        for file, view in list(self.views.items()):
            gone = not os.path.exists(file)
            if view.mistake and (file in sound or gone) and not self._dirty(file):
                view.mistake = None
                self.said = {each for each in self.said if not each.startswith(os.path.basename(file))}
                self.start("mistake", file, self.publish(file))

    def _dirty(self, file: str) -> bool:
        document = self.documents.get(file)
        return document is not None and not document.clean

    # --- what the editor is told ---

    def view(self, file: str) -> View:
        return self.views.setdefault(file, View())

    async def pages(self) -> Pages:
        """The pages of all rules, asked for once."""
        if self.known is None or (self.known.done() and self.known.exception()):
            self.known = asyncio.create_task(self._ask_for_pages())
        return await asyncio.shield(self.known)

    async def _ask_for_pages(self) -> Pages:
        answer = await self.apart.run(self.job("rules", os.path.join(os.getcwd(), "ftlint.toml")))
        return Pages(answer.get("rules", []))

    async def publish(self, file: str) -> None:
        """Tell the editor all that is known of a file."""
        pages = await self.pages()
        document, view = self.documents.get(file), self.views.get(file)
        if view is None:
            return
        lines = document.lines if document is not None else Lines(_read(file), self.encoding)
        root = self.roots.get(file, ("", ""))[0] or os.path.dirname(file)
        view.shown = shown(
            view,
            lines,
            document.ahead if document is not None else 0,
            root,
            self.path(file),
            lambda code: self.link(code, pages),
            document.version if document is not None else None,
            related=self.related,
        )
        self.send(file, [diagnostic for diagnostic, _ in view.shown])

    def send(self, file: str, diagnostics: list[types.Diagnostic]) -> None:
        document = self.documents.get(file)
        uri = document.uri if document is not None else from_fs_path(file) or ""
        version = document.version if document is not None else None
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, diagnostics, version))

    def link(self, code: str, pages: Pages) -> str:
        """The address of a rule's page."""
        if code not in self.links:
            page, pattern = pages.by_name.get(code), style_for(None).page_url
            address = pattern.replace("{code}", code)
            self.links[code] = address or (kept(code, page.text) if page is not None else "")
        return self.links[code]

    def path(self, file: str) -> str:
        """A file as the settings call it: relative to their root."""
        root = self.roots.get(file, ("", ""))[0]
        return os.path.relpath(file, root) if root and file.startswith(f"{root.rstrip('/')}/") else file

    def once(self, message: str, *, warn: bool = False) -> None:
        """Say something that would be tiresome twice: in the log, or as a warning."""
        if message not in self.said:
            self.said.add(message)
            self.tell(message, types.MessageType.Warning if warn else types.MessageType.Info)

    def tell(self, message: str, kind: types.MessageType) -> None:
        text = f"ftlint: {message}"
        if kind is types.MessageType.Info:
            self.window_log_message(types.LogMessageParams(kind, text))
        else:
            self.window_show_message(types.ShowMessageParams(kind, text))

    def report_server_error(self, error: Exception, source: Any) -> None:
        """What an exception says may be a text of somebody's data: only its kind is told."""
        self.window_log_message(
            types.LogMessageParams(types.MessageType.Error, f"ftlint: server error: {type(error).__name__}")
        )


def local(uri: str) -> str:
    """The file of a `file:` address; "" for another."""
    return os.path.normpath(to_fs_path(uri) or "") if uri.startswith("file:") else ""


def size_limit(choices: Choices) -> str:
    return f"{choices.max_file_size:,} bytes (maxFileSize)"


def _size(document: Document) -> int:
    try:
        return os.stat(document.file).st_size
    except OSError:
        return len(document.text)


def _read(file: str) -> str:
    try:
        with open(file, encoding="utf-8-sig", errors="replace", newline="") as stream:
            return stream.read(1 << 20)
    except OSError:
        return ""
