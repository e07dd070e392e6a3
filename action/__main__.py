"""The action's steps by name: `python action plan`, `install`, `check`, `comment`."""

from __future__ import annotations

import sys
from importlib import import_module

from workflow import ActionError, remark

STEPS = ("plan", "install", "check", "comment")


def main(arguments: list[str]) -> int:
    (step,) = arguments
    assert step in STEPS
    try:
        import_module(step).run()
    except ActionError as error:
        remark("error", str(error))
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
