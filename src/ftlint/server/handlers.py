"""What the server does on each message of the editor."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from lsprotocol import types

from ftlint.server import actions
from ftlint.server.choices import choices
from ftlint.server.completion import completions
from ftlint.server.document import Document, is_settings, opened
from ftlint.server.hover import hover
from ftlint.server.lines import Change, Lines, Place
from ftlint.server.server import Server, local
from ftlint.server.view import View

WATCHED = ("ftlint.toml", "pyproject.toml", "ftlint-suppressions.json")
FIX_ALL = "ftlint.fixAll"


def made() -> Server:
    """A server that answers everything it offers."""
    server = Server()
    _lifetime(server)
    _documents(server)
    _questions(server)
    return server


def _lifetime(server: Server) -> None:
    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        able = params.capabilities
        diagnostics = able.text_document.publish_diagnostics if able.text_document else None
        edit = able.workspace.workspace_edit if able.workspace else None
        server.related = bool(diagnostics and diagnostics.related_information)
        server.versioned = bool(edit and edit.document_changes)
        server.encoding = server.workspace.position_encoding or "utf-16"  # type: ignore[assignment]
        roots = [folder.uri for folder in params.workspace_folders or ()] or [params.root_uri or ""]
        server.folders = [folder for uri in roots if (folder := local(uri))]
        _choose(server, params.initialization_options)

    @server.feature(types.INITIALIZED)
    def initialized(_params: Any) -> None:
        able = server.client_capabilities.workspace
        watching = able.did_change_watched_files if able else None
        if watching and watching.dynamic_registration:
            watchers = [types.FileSystemWatcher(f"**/{name}") for name in WATCHED]
            options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
            method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
            server.client_register_capability(
                types.RegistrationParams([types.Registration("ftlint-settings", method, options)])
            )

    @server.feature(types.SHUTDOWN)
    def shutdown(_params: Any) -> None:
        for task in list(server.tasks.values()):
            task.cancel()

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def folders(params: types.DidChangeWorkspaceFoldersParams) -> None:
        gone = {local(folder.uri) for folder in params.event.removed}
        came = [local(folder.uri) for folder in params.event.added]
        server.folders = [each for each in server.folders if each not in gone] + [
            each for each in came if each
        ]
        server.recheck_all()

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def configuration(params: types.DidChangeConfigurationParams) -> None:
        given = params.settings
        able = server.client_capabilities.workspace
        if not given and able and able.configuration:
            asked = types.ConfigurationParams([types.ConfigurationItem(section="ftlint")])
            given = (await server.workspace_configuration_async(asked))[0]
        _choose(server, given)
        server.recheck_all()

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def watched(params: types.DidChangeWatchedFilesParams) -> None:
        for change in params.changes:
            document = server.document(change.uri)
            if document is not None:
                document.look(server.choices.max_file_size)
        server.recheck_all()


def _choose(server: Server, given: Any) -> None:
    server.choices, faults = choices(_plain(given))
    for fault in faults:
        server.tell(fault, types.MessageType.Warning)


def _plain(value: Any) -> Any:
    """JSON as pygls hands it on, as plain dictionaries."""
    if hasattr(value, "_asdict"):
        value = value._asdict()
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    return value


def _documents(server: Server) -> None:
    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def did_open(params: types.DidOpenTextDocumentParams) -> None:
        given = params.text_document
        file = local(given.uri)
        if not file:
            return
        document = opened(given.uri, file, given.text, given.version, server.encoding)
        document.look(server.choices.max_file_size)
        server.documents[file] = document
        server.recheck(document)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def did_change(params: types.DidChangeTextDocumentParams) -> None:
        document = server.document(params.text_document.uri)
        if document is None:
            return
        document.change([_change(each) for each in params.content_changes], params.text_document.version)
        server.recheck(document, server.choices.debounce)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def did_save(params: types.DidSaveTextDocumentParams) -> None:
        document = server.document(params.text_document.uri)
        if document is None:
            return
        document.look(server.choices.max_file_size)
        if os.path.basename(document.file) in WATCHED:
            server.recheck_all()
        server.recheck(document, saved=True)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def did_close(params: types.DidCloseTextDocumentParams) -> None:
        document = server.document(params.text_document.uri)
        if document is None:
            return
        task = server.tasks.pop(("check", document.file), None)
        if task is not None:
            task.cancel()
        server.send(document.file, [])
        del server.documents[document.file]
        server.views.pop(document.file, None)
        if is_settings(document.file):
            server.recheck_all()  # what the editor had not saved no longer counts


def _change(given: types.TextDocumentContentChangeEvent) -> Change:
    if isinstance(given, types.TextDocumentContentChangePartial):
        start, end = given.range.start, given.range.end
        return Change(given.text, Place(start.line, start.character), Place(end.line, end.character))
    return Change(given.text)


def _questions(server: Server) -> None:
    kinds = [types.CodeActionKind.QuickFix, types.CodeActionKind.SourceFixAll, actions.FIX_ALL]

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions(code_action_kinds=kinds),
    )
    async def code_action(params: types.CodeActionParams) -> list[types.CodeAction]:
        document = server.document(params.text_document.uri)
        view = server.views.get(document.file) if document is not None else None
        if document is None or view is None:
            return []
        found: list[types.CodeAction] = []
        if actions.wanted(params, "quickfix"):
            found += _quick_fixes(server, document, view, params)
        if actions.wanted(params, actions.FIX_ALL) and actions.safe(view):
            if params.context.only:
                edit = await _mended(server, document)
                if edit is not None:
                    found.append(types.CodeAction(actions.FIX_ALL_TITLE, actions.FIX_ALL, edit=edit))
            else:
                command = types.Command(actions.FIX_ALL_TITLE, FIX_ALL, arguments=[document.uri])
                found.append(types.CodeAction(actions.FIX_ALL_TITLE, actions.FIX_ALL, command=command))
        return found

    @server.command(FIX_ALL)
    async def fix_all(uri: str) -> None:
        document = server.document(uri)
        edit = await _mended(server, document) if document is not None else None
        if edit is not None:
            params = types.ApplyWorkspaceEditParams(edit, actions.FIX_ALL_TITLE)
            await server.workspace_apply_edit_async(params)

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hovered(params: types.HoverParams) -> types.Hover | None:
        document = server.document(params.text_document.uri)
        if document is None:
            return None
        pages = await server.pages()
        return hover(document, server.views.get(document.file), params.position, pages)

    @server.feature(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=['"', "."]))
    async def completed(params: types.CompletionParams) -> list[types.CompletionItem]:
        document = server.document(params.text_document.uri)
        if document is None or os.path.basename(document.file) != "ftlint.toml":
            return []
        return completions(document, params.position, await server.pages())


def _quick_fixes(
    server: Server, document: Document, view: View, params: types.CodeActionParams
) -> list[types.CodeAction]:
    asked = actions.chosen(view, params)
    found = list(actions.fixes(document, view, asked, versioned=server.versioned))
    found += actions.line_ignores(document, asked, versioned=server.versioned)
    root, settings = server.roots.get(document.file, ("", ""))
    path = server.path(document.file)
    if root and not os.path.isabs(path):
        settings = settings or os.path.join(root, "ftlint.toml")
        held = server.documents.get(settings)
        lines = held.lines if held is not None else Lines(_text(settings), server.encoding)
        found += actions.path_ignores(asked, path, settings, held, lines, versioned=server.versioned)
    return found


def _text(file: str) -> str:
    try:
        with open(file, encoding="utf-8", newline="") as stream:
            return stream.read()
    except (OSError, UnicodeDecodeError):
        return ""


async def _mended(server: Server, document: Document) -> types.WorkspaceEdit | None:
    """The edit after which no safe fix is left, as far as the editor can do it."""
    if not document.exact or len(document.text) > server.choices.max_file_size:
        return None
    version = document.version
    answer = await server.apart.run(server.job("mend", document.file), document.content())
    if "text" not in answer or document.version != version:
        return None
    changes = actions.text_changes(document, answer["text"].encode("latin-1"))
    return actions.edited(document, changes, versioned=server.versioned) if changes else None
