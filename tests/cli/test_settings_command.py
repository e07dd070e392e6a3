import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

Run = Callable[..., "CompletedProcess[str]"]
Write = Callable[[str, Any], Path]


def test_show_says_where_each_setting_comes_from(ftlint: Run, write: Write) -> None:
    write("ftlint.toml", 'ignore = ["QUAL"]\n[rules.exact-duplicate]\nseverity = "error"\n')
    done = ftlint("settings", "show")
    assert done.returncode == 0, done.stderr
    assert 'ignore = ["QUAL"]                       # ftlint.toml:1' in done.stdout
    assert 'severity = "error"                      # ftlint.toml:3' in done.stdout
    assert tomllib.loads(done.stdout)["rules"] == {"exact-duplicate": {"severity": "error"}}
    assert ftlint("settings").stdout == done.stdout
    assert "none: all defaults" in ftlint("settings", "show", "--isolated").stdout


def test_a_mistake_is_one_line_and_exit_2(ftlint: Run, write: Write) -> None:
    write("ftlint.toml", '\nselct = ["QUAL"]\n')
    done = ftlint("settings", "show")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "ftlint: ftlint.toml:2: unknown setting 'selct': did you mean 'select'?\n"


def test_unknown_rules_are_named(ftlint: Run, write: Write) -> None:
    write("ftlint.toml", "[rules.exact-duplicat]\nseverity = 'error'\n")
    done = ftlint("settings", "show")
    assert done.returncode == 2
    assert "ftlint.toml:1: unknown rule 'exact-duplicat': did you mean 'exact-duplicate'?" in done.stderr
    write("ftlint.toml", "ignore = ['QAL']\n")
    assert "ftlint.toml:1: unknown rule 'QAL': did you mean 'QUAL'?" in ftlint("settings", "show").stderr


def test_schema(ftlint: Run) -> None:
    done = ftlint("settings", "schema")
    assert done.returncode == 0, done.stderr
    schema = json.loads(done.stdout)
    reference = schema["properties"]["rules"]["properties"]["exact-duplicate"]["$ref"]
    assert schema["definitions"][reference.removeprefix("#/definitions/")]["type"] == "object"


def test_what_is_shown_is_a_settings_file_again(ftlint: Run, write: Write, tmp_path: Path) -> None:
    write(
        "ftlint.toml",
        '[versions]\ntrl = "0.12"\n[reasons]\nno-general-data = "sums"\n'
        '[hardware]\ngpu = "H100-80GB"\ncount = 1\n',
    )
    shown = ftlint("settings", "show").stdout
    assert "count = 1" in shown, "set, though it is the default"
    write("ftlint.toml", shown)
    again = ftlint("settings", "show")
    assert again.returncode == 0, again.stderr
    assert [line.partition("#")[0] for line in again.stdout.splitlines() if not line.startswith("#")] == [
        line.partition("#")[0] for line in shown.splitlines() if not line.startswith("#")
    ]
