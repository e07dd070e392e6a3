"""Which files of a repository are text that people and tools write beside the data: looked through for
secrets.
"""

from __future__ import annotations

import os
from typing import Literal

from ftlint.model import Source
from ftlint.read.files import opened, size_of

_ENDINGS = frozenset(
    {
        *(
            ".yaml",
            ".yml",
            ".toml",
            ".ini",
            ".cfg",
            ".conf",
            ".config",
            ".properties",
            ".env",
            ".json",
            ".json5",
        ),
        *(".ipynb", ".py", ".pyi", ".r", ".jl", ".sh", ".bash", ".zsh", ".fish", ".ps1", ".bat", ".cmd"),
        *(".log", ".out", ".err", ".md", ".rst", ".txt", ".tex", ".html", ".xml", ".sql", ".tf", ".tfvars"),
        *(
            ".hcl",
            ".js",
            ".mjs",
            ".cjs",
            ".ts",
            ".jsx",
            ".tsx",
            ".go",
            ".rs",
            ".java",
            ".kt",
            ".scala",
            ".rb",
        ),
        *(
            ".php",
            ".cs",
            ".c",
            ".h",
            ".cc",
            ".cpp",
            ".hpp",
            ".cu",
            ".swift",
            ".lua",
            ".pl",
            ".sbatch",
            ".slurm",
        ),
        *(
            ".pem",
            ".key",
            ".crt",
            ".cer",
            ".p8",
            ".asc",
            ".ppk",
            ".netrc",
            ".service",
            ".jinja",
            ".j2",
            ".mk",
        ),
        *(".dockerfile", ".gradle", ".patch", ".diff", ".jsonl", ".csv", ".tsv"),
    }
)
_NAMES = frozenset(
    {
        *(
            "dockerfile",
            "modelfile",
            "makefile",
            "jenkinsfile",
            "vagrantfile",
            "procfile",
            "justfile",
            "gemfile",
            "rakefile",
        ),
        *(
            ".env",
            ".envrc",
            ".netrc",
            ".npmrc",
            ".pypirc",
            ".pgpass",
            ".my.cnf",
            ".git-credentials",
            ".bashrc",
        ),
        *(
            ".zshrc",
            ".profile",
            ".bash_profile",
            ".bash_history",
            ".python_history",
            ".condarc",
            ".dockercfg",
        ),
        *(
            ".gitconfig",
            ".htpasswd",
            "credentials",
            "id_rsa",
            "id_dsa",
            "id_ecdsa",
            "id_ed25519",
            "kubeconfig",
        ),
    }
)
# Hashes and word lists by the thousand, made by tools.
_MADE = frozenset(
    {
        *("package-lock.json", "npm-shrinkwrap.json", "composer.lock", "yarn.lock", "poetry.lock", "uv.lock"),
        *("pdm.lock", "pipfile.lock", "cargo.lock", "go.sum", "pnpm-lock.yaml", "gemfile.lock", "flake.lock"),
        *("tokenizer.json", "vocab.json", "vocab.txt", "merges.txt", "added_tokens.json"),
        *("ftlint-suppressions.json", ".secrets.baseline"),
    }
)
_MADE_ENDS = (".index.json", ".min.js", ".min.css", ".js.map", ".css.map")
_STARTS = (".env.", "dockerfile.", "requirements")

_MARKS = (
    (b"\xff\xfe\0\0", "utf-32-le"),
    (b"\0\0\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)


def is_document_name(name: str) -> bool:
    """Whether a file of this name is a config, a log, a notebook, code or the like."""
    lower = name.lower()
    if lower in _MADE or lower.endswith(_MADE_ENDS):
        return False
    return lower in _NAMES or lower.startswith(_STARTS) or os.path.splitext(lower)[1] in _ENDINGS


Documents = Literal["", "configs", "all"]
"""Which files beside the data are taken: none, those that may be or hold a training config, or all."""

CONFIGS = (".yaml", ".yml", ".json")
_LAUNCHERS = (".sh", ".bash", ".zsh", ".slurm", ".sbatch", ".py", ".ipynb", ".mk", ".service", ".ps1")
_LAUNCHER_NAMES = ("makefile", "justfile", "modelfile", "dockerfile")


def is_config_name(name: str) -> bool:
    """Whether a file of this name may be a training config."""
    return (name.lower().endswith(CONFIGS) and is_document_name(name)) or is_launcher_name(name)


def is_launcher_name(name: str) -> bool:
    """Whether a file of this name may hold command lines that train or serve."""
    lower = name.lower()
    return lower.endswith(_LAUNCHERS) or lower.startswith(_LAUNCHER_NAMES)


def document(file: str, path: str) -> Source:
    """A document as a source: text, in the encoding its byte order mark says. Raises `OSError`."""
    size = size_of(file)
    if size < 2:
        return Source(path, file, size, "text")
    with opened(file, size) as stream:
        head = stream.read(4)
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return Source(
                path, file, size, "text", encoding=encoding, header_offset=2 + 2 * ("32" in encoding)
            )
    return Source(path, file, size, "text", header_offset=3 if head.startswith(b"\xef\xbb\xbf") else 0)
