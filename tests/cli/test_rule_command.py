import json
from collections.abc import Callable
from subprocess import CompletedProcess

Run = Callable[..., "CompletedProcess[str]"]


def test_a_page_by_code_and_by_name(ftlint: Run) -> None:
    done = ftlint("rule", "DUP001")
    assert done.returncode == 0, done.stderr
    for piece in (
        "DUP001 exact-duplicate",
        "severity  warning",
        "## Why it matters",
        "## Example of what is found",
    ):
        assert piece in done.stdout
    assert ftlint("rule", "exact-duplicate").stdout == done.stdout
    assert ftlint("rule", "dup001").stdout == done.stdout


def test_all_and_a_family(ftlint: Run) -> None:
    every = ftlint("rule", "--all").stdout.splitlines()
    family = ftlint("rule", "DUP").stdout.splitlines()
    assert len(every) > len(family) > 1
    assert {line.split()[0] for line in family} <= {line.split()[0] for line in every}
    assert all(line.startswith("DUP") for line in family)


def test_json(ftlint: Run) -> None:
    one = json.loads(ftlint("rule", "DUP001", "--output-format", "json").stdout)
    assert (one["code"], one["name"], one["default"]) == ("DUP001", "exact-duplicate", True)
    assert one["examples"]["bad"]
    every = json.loads(ftlint("rule", "--all", "--output-format", "json").stdout)
    assert one in every
    assert all(rule["summary"] and rule["explanation"] for rule in every)


def test_mistakes(ftlint: Run) -> None:
    done = ftlint("rule", "exact-duplicat")
    assert (done.returncode, done.stdout) == (2, "")
    assert "unknown rule 'exact-duplicat': did you mean exact-duplicate" in done.stderr
    assert "which rule?" in ftlint("rule").stderr


def test_a_closed_pipe_is_no_crash(ftlint: Run) -> None:
    import subprocess
    import sys

    command = f"{sys.executable} -m ftlint rule --all --output-format json | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("[\n", "")
