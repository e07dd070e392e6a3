"""An editor for tests: pygls' own client, which speaks with a real `ftlint server` over its pipes."""

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.lsp.client import LanguageClient

PATIENCE = 60


class Editor:
    """Holds documents as an editor does, and what the server last said of each."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.client = LanguageClient("editor", "1")
        self.told: dict[str, types.PublishDiagnosticsParams] = {}
        self.history: list[types.PublishDiagnosticsParams] = []
        self.messages: list[str] = []
        self.applied: list[types.WorkspaceEdit] = []
        self.watched: list[Any] = []
        self.versions: dict[str, int] = {}
        self.news = asyncio.Condition()
        self.capabilities: types.ServerCapabilities | None = None

        @self.client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        async def diagnostics(params: types.PublishDiagnosticsParams) -> None:
            self.told[params.uri] = params
            self.history.append(params)
            await self._news()

        @self.client.feature(types.WINDOW_SHOW_MESSAGE)
        @self.client.feature(types.WINDOW_LOG_MESSAGE)
        async def message(params: Any) -> None:
            self.messages.append(params.message)
            await self._news()

        @self.client.feature(types.CLIENT_REGISTER_CAPABILITY)
        async def register(params: types.RegistrationParams) -> None:
            self.watched += params.registrations
            await self._news()

        @self.client.feature(types.WORKSPACE_APPLY_EDIT)
        async def apply(params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
            self.applied.append(params.edit)
            await self._news()
            return types.ApplyWorkspaceEditResult(applied=True)

    async def _news(self) -> None:
        async with self.news:
            self.news.notify_all()

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(asyncio.wait_for(work, PATIENCE))

    def start(
        self, *folders: Path, encoding: str = "utf-16", options: dict[str, Any] | None = None, **env: str
    ) -> "Editor":
        environment = {
            key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "FTLINT_"))
        }
        command = (sys.executable, "-m", "ftlint", "server", "--stdio")
        self.do(self.client.start_io(*command, env={**environment, **env}))
        publishing = types.PublishDiagnosticsClientCapabilities(
            related_information=True, code_description_support=True, data_support=True, version_support=True
        )
        watching = types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True)
        params = types.InitializeParams(
            capabilities=types.ClientCapabilities(
                general=types.GeneralClientCapabilities(position_encodings=[encoding]),
                text_document=types.TextDocumentClientCapabilities(publish_diagnostics=publishing),
                workspace=types.WorkspaceClientCapabilities(
                    workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True),
                    did_change_watched_files=watching,
                ),
            ),
            workspace_folders=[types.WorkspaceFolder(folder.as_uri(), folder.name) for folder in folders],
            initialization_options=options or {},
        )
        self.capabilities = self.do(self.client.initialize_async(params)).capabilities
        self.client.initialized(types.InitializedParams())
        return self

    def stop(self) -> int | None:
        self.do(self.client.shutdown_async(None))
        self.client.exit(None)
        server = self.client._server
        assert server is not None
        self.do(server.wait())
        self.do(self.client.stop())
        return server.returncode

    def open(self, file: Path, text: str | None = None, language: str = "jsonl") -> str:
        uri = file.as_uri()
        if text is None:
            text = file.read_bytes().decode("utf-8-sig")
        self.versions[uri] = 1
        self.client.text_document_did_open(
            types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, language, 1, text))
        )
        return uri

    def change(self, uri: str, text: str, where: types.Range | None = None) -> int:
        self.versions[uri] += 1
        change: Any = (
            types.TextDocumentContentChangeWholeDocument(text)
            if where is None
            else types.TextDocumentContentChangePartial(where, text)
        )
        name = types.VersionedTextDocumentIdentifier(self.versions[uri], uri)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(name, [change]))
        return self.versions[uri]

    def save(self, uri: str) -> None:
        self.client.text_document_did_save(types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(uri)))

    def close(self, uri: str) -> None:
        self.client.text_document_did_close(
            types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri))
        )

    def until(self, holds: Callable[[], Any]) -> Any:
        """What `holds()` gives, once it gives something; asked again at each message of the server."""

        async def waiting() -> Any:
            async with self.news:
                while not (found := holds()):
                    await self.news.wait()
            return found

        try:
            return self.do(waiting())
        except TimeoutError:
            raise AssertionError(f"told: {self.told}\nmessages: {self.messages}") from None

    def diagnostics(
        self, uri: str, holds: Callable[[list[types.Diagnostic]], Any] = bool, version: int | None = None
    ) -> list[types.Diagnostic]:
        """What the server says of a document in this version, once it holds."""

        def there() -> Any:
            told = self.told.get(uri)
            return (
                told
                if told and (version is None or told.version == version) and holds(told.diagnostics)
                else None
            )

        return list(self.until(there).diagnostics)

    def actions(
        self,
        uri: str,
        where: types.Range,
        diagnostics: Sequence[types.Diagnostic] = (),
        only: list[str] | None = None,
    ) -> list[types.CodeAction]:
        context = types.CodeActionContext(diagnostics, only)
        params = types.CodeActionParams(types.TextDocumentIdentifier(uri), where, context)
        return self.do(self.client.text_document_code_action_async(params)) or []

    def hover(self, uri: str, line: int, character: int) -> str:
        params = types.HoverParams(types.TextDocumentIdentifier(uri), types.Position(line, character))
        told = self.do(self.client.text_document_hover_async(params))
        return told.contents.value if told else ""

    def completions(self, uri: str, line: int, character: int) -> list[str]:
        params = types.CompletionParams(types.TextDocumentIdentifier(uri), types.Position(line, character))
        told = self.do(self.client.text_document_completion_async(params))
        items = told.items if isinstance(told, types.CompletionList) else told or []
        return [item.label for item in items]


def codes(diagnostics: list[types.Diagnostic]) -> list[Any]:
    return [each.code for each in diagnostics]


def applied(text: str, edits: list[types.TextEdit], encoding: str = "utf-16-le") -> str:
    """The text after the edits, by the protocol's own words: positions in 16-bit units, lines end with LF."""
    width = 2 if encoding == "utf-16-le" else 1
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len((line + "\n").encode(encoding)))
    data = text.encode(encoding)
    places = [
        (
            starts[edit.range.start.line] + width * edit.range.start.character,
            starts[edit.range.end.line] + width * edit.range.end.character,
            edit.new_text.encode(encoding),
        )
        for edit in edits
    ]
    for start, end, new in sorted(places, reverse=True):
        data = data[:start] + new + data[end:]
    return data.decode(encoding)
