"""`ftlint server`: the linter in an editor, over the Language Server Protocol.

Two processes. The server (`server.py`) speaks the protocol and holds the documents. The worker (`worker.py`)
forks a child for each check, so that one can be stopped at any moment, and what a rule prints or breaks stays
there. The worker imports neither pygls nor lsprotocol.
"""
