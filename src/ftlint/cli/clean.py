"""`ftlint clean`: remove the cache."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from typing import Any

NAME = ".ftlint_cache"
MAGIC = b"ftlint-cache-"


def add_parser(subparsers: Any) -> None:
    parser: ArgumentParser = subparsers.add_parser(
        "clean",
        help="remove the cache",
        description=f"Remove the cache ({NAME} beside the settings file, or as cache-dir says).",
    )
    parser.add_argument("paths", nargs="*", metavar="PATH", help="as for check: whose cache to remove")
    parser.add_argument("--config", default="", metavar="FILE", help="the settings file")
    parser.add_argument("--cache-dir", metavar="DIR", help="where the cache is")
    parser.set_defaults(run=run)


def run(args: Namespace) -> int:
    from ftlint.settings import load, override

    settings = override(load(args.paths, config=args.config), cache_dir=args.cache_dir)
    folder = os.path.join(settings.root, settings.cache_dir)
    if not os.path.lexists(folder):
        print(f"nothing to clean: there is no {settings.cache_dir}")
        return 0
    files, size = remove(folder)
    print(f"removed {settings.cache_dir}: {files:,} files, {size / 1e6:,.1f} MB")
    return 0


def remove(folder: str) -> tuple[int, int]:
    """Remove a cache folder; its files and bytes. Raises `FtlintError` for a folder that is no cache."""
    import shutil

    from ftlint.model import FtlintError

    if os.path.islink(folder) or not os.path.isdir(folder):
        raise FtlintError("is no folder, so it is left alone", folder)
    files = [os.path.join(base, name) for base, _, names in os.walk(folder) for name in names]
    if os.path.basename(os.path.normpath(folder)) != NAME:
        foreign = next((file for file in files if not _ours(file)), None)
        if foreign:
            raise FtlintError(f"holds {os.path.relpath(foreign, folder)}, so it is left alone", folder)
    size = sum(os.lstat(file).st_size for file in files)
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise FtlintError(f"cannot be removed: {error.strerror}", error.filename or folder) from None
    return len(files), size


def _ours(file: str) -> bool:
    """Whether the cache writes such a file: its `.gitignore`, or an entry that starts as all do."""
    if os.path.basename(file) == ".gitignore":
        return True
    if os.path.islink(file) or not os.path.isfile(file):
        return False
    with open(file, "rb") as stream:
        return stream.read(len(MAGIC)) == MAGIC
