#!/usr/bin/env bash
# Runs a part of the action (plan, install, check, comment) with the first Python that is new enough.
set -euo pipefail

for candidate in ${FTLINT_PYTHON:+"$FTLINT_PYTHON"} python3 python python3.13 python3.12 python3.11; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
        exec "$candidate" -B "$GITHUB_ACTION_PATH/action" "$@"
    fi
    # one that was asked for is never replaced in silence
    [ "$candidate" != "${FTLINT_PYTHON:-}" ] || break
done
echo "::error title=ftlint::no Python 3.11 or newer: run actions/setup-python before this action, or name one as the input python"
exit 2
