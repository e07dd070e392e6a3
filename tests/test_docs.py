"""What the pages say holds: their commands run, their links lead somewhere, their tables are the code's."""

import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from ftlint.formats import ALIASES, FORMATS
from ftlint.read.remote import PACKAGES
from ftlint.read.urls import address, is_remote
from ftlint.registry import rules
from ftlint.settings.keys import keys_of
from ftlint.settings.model import DatasetSettings, Settings
from ftlint.settings.privacy import PiiSettings, RedactSettings, SecretSettings
from ftlint.testing import cases, prove
from logs_written import write_run

ROOT = Path(__file__).parent.parent
PAGES = [
    *(ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")),
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "docs" / "decisions").glob("*.md")),
    *sorted((ROOT / "docs" / "rules").glob("*.md")),
    *sorted((ROOT / "examples").glob("*/README.md")),
    ROOT / "rules" / "README.md",
]
WRITTEN = [page for page in PAGES if page.parent.name != "rules"]
RULES = {code: rule for code, rule in rules().items() if rule.__module__.startswith("ftlint_rules.")}

Run = Callable[..., subprocess.CompletedProcess[str]]


def blocks(page: Path, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL)


def prose(page: Path) -> str:
    text = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"`[^`\n]*`", "", text)


def anchors(page: Path) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", head.lower()).strip().replace(" ", "-") for head in heads}


def first_cells(page: Path, under: str = "") -> list[str]:
    """The code names in the first column of the tables of a page, or of one section of it."""
    text = page.read_text()
    if under:
        text = re.split(r"^## ", text.partition(f"## {under}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]
    return re.findall(r"^\| `?([\w-]+)`? \|", text, re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if link.startswith("https://"):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{page.name}: {link}"
        assert not anchor or anchor in anchors(target), f"{page.name}: {link}"


def commands() -> list[str]:
    found = [
        line[2:].split(" #")[0].strip()
        for page in WRITTEN
        for block in blocks(page, "console")
        for line in block.splitlines()
        if line.startswith("$ ")
    ]
    return list(dict.fromkeys(found))


AXOLOTL = """\
base_model: Qwen/Qwen3-8B
adapter: lora
datasets:
  - path: data/train.jsonl
    type: chat_template
sequence_len: 4096
micro_batch_size: 2
gradient_accumulation_steps: 4
num_epochs: 3
learning_rate: 2e-4
wandb_project: lamps
"""

AFAR = [command for command in commands() if "://" in command]
"""Commands on stores and web servers, which no test reaches; `unit/test_remote.py` runs the like."""


@pytest.mark.parametrize("command", AFAR)
def test_commands_on_stores_are_understood(command: str, ftlint: Run) -> None:
    """As far as that goes without a network: up to a mistake that stands behind all they say."""
    program, *arguments = shlex.split(command)
    assert program == "ftlint"
    done = ftlint(*arguments, "--today", "never")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "ftlint: --today: a date is written YYYY-MM-DD, not 'never'\n"
    schemes = {address(word).scheme for word in arguments if is_remote(word)}
    assert schemes
    assert schemes <= set(PACKAGES)


@pytest.mark.parametrize("command", [command for command in commands() if command not in AFAR])
def test_commands_run(command: str, ftlint: Run, tmp_path: Path) -> None:
    example = ROOT / "examples" / "support-bot"
    shutil.copytree(example, tmp_path / "examples" / "support-bot")
    shutil.copytree(example / "data", tmp_path / "data")
    shutil.copytree(example / "configs", tmp_path / "configs")
    shutil.copy(example / "data" / "train.jsonl", tmp_path)
    for name in ("old.yaml", "new.yaml", "llamafactory.yaml"):
        shutil.copy(example / "configs" / "lora.yaml", tmp_path / name)
    (tmp_path / "axolotl.yml").write_text(AXOLOTL)
    for name, rate in (("lora", 2e-4), ("lr-1e-4", 1e-4), ("lr-2e-4", 2e-4)):
        write_run(tmp_path / "outputs" / name, rate=rate)
    program, *arguments = shlex.split(command)
    assert program == "ftlint"
    if not {"--since", "--staged"}.isdisjoint(arguments):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        user = ("-c", "user.name=n", "-c", "user.email=n@example.com")
        fetched = ("update-ref", "refs/remotes/origin/main", "HEAD")
        for told in (("init", "-q", "-b", "main"), ("add", "-A"), (*user, "commit", "-qm", "1"), fetched):
            subprocess.run(["git", *told], cwd=tmp_path, env=environment, check=True)
    done = ftlint(*arguments)
    assert done.returncode in (0, 1), done.stderr
    if "config convert" in command:  # what has no counterpart is told there
        assert done.stderr.startswith("not in llamafactory:")
        assert done.stdout or "-o" in arguments
    elif arguments == ["check", "--diff"]:  # standard output holds the changes alone
        assert done.stderr.startswith("would fix")
        assert done.stdout
    else:
        assert done.stderr == ""
        assert done.stdout or {"logs", "-o"} <= set(arguments)


def test_make_targets_and_extras_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    told = "\n".join(page.read_text() for page in WRITTEN)
    assert {"demo", "test"} <= set(re.findall(r"^make ([a-z-]+)", told, re.MULTILINE)) <= targets
    extras = re.findall(r"(?:ftlint|\.)\[(\w+)\]'", told)
    assert extras
    assert set(extras) <= set(project["optional-dependencies"])


def test_the_first_screen_is_what_ftlint_prints(ftlint: Run) -> None:
    shown = blocks(ROOT / "README.md", "console")[0].splitlines()
    command, *lines = shown
    done = ftlint(*shlex.split(command[2:])[1:], "--no-cache", cwd=ROOT)
    printed = iter(timeless(done.stdout).splitlines())
    for line in timeless("\n".join(lines)).splitlines():
        assert line.strip() == "…" or line in printed, f"not printed, or not in this order: {line}"


def timeless(text: str) -> str:
    return re.sub(r"\d+\.\d+ s\b", "0 s", text)


SETTINGS = (
    "README.md",
    *(
        f"docs/{name}.md"
        for name in ("settings", "formats", "remote", "cluster", "personal-data", "secrets", "redaction")
    ),
)


@pytest.mark.parametrize("page", SETTINGS)
def test_settings_that_are_shown_are_valid(page: str, ftlint: Run, tmp_path: Path) -> None:
    shown = [block for block in blocks(ROOT / page, "toml") if "as_of" not in block]
    assert shown
    for block in shown:
        (tmp_path / "ftlint.toml").write_text(block)
        done = ftlint("settings", "show")
        assert done.returncode == 0, done.stderr


def test_the_families_of_the_readme_are_the_rules() -> None:
    text = (ROOT / "README.md").read_text()
    rows = re.findall(r"^\| `([A-Z]+)` \|.*\| (\d+) \|$", text, re.MULTILINE)
    told = {prefix: int(count) for prefix, count in rows}
    assert told == Counter(code.rstrip("0123456789") for code in RULES)
    assert f"{len(FORMATS)} record formats are known" in text
    off = sum(not rule.default for rule in RULES.values())
    assert f"All but {off} are on by default" in text


def test_every_rule_has_a_page() -> None:
    pages = {page.stem for page in (ROOT / "docs" / "rules").glob("*.md")}
    assert pages == set(RULES)
    catalogue = (ROOT / "rules" / "README.md").read_text()
    assert all(f"`{rule.name}`" in catalogue for rule in RULES.values())


def test_the_page_of_formats_lists_them() -> None:
    text = (ROOT / "docs" / "formats.md").read_text()
    told = re.findall(r"^\| `([a-z-]+)` \| [^|]+ \| ([^|]+) \|([^|]*)\|$", text, re.MULTILINE)
    assert {name for name, _, _ in told} == set(FORMATS)
    for name, needs, others in told:
        assert set(re.findall(r"`(\w+)`", needs)) == set(FORMATS[name].required), name
        known = {alias for alias, meant in ALIASES.items() if meant == name}
        assert set(filter(None, others.strip().split(", "))) == known, name


def test_the_page_of_settings_lists_every_key() -> None:
    page = ROOT / "docs" / "settings.md"
    assert set(first_cells(page, "Keys")) == {"key", "extend", *keys_of(Settings)}
    dataset = re.split(r"^## ", page.read_text().partition("## `[[dataset]]`")[2], flags=re.MULTILINE)[0]
    told = {
        key
        for cell in re.findall(r"^\| (`[^|]+) \|", dataset, re.MULTILINE)
        for key in re.findall(r"`([\w-]+)`", cell)
    }
    assert told == set(keys_of(DatasetSettings))


@pytest.mark.parametrize(
    ("page", "table"),
    [("personal-data", PiiSettings), ("secrets", SecretSettings), ("redaction", RedactSettings)],
)
def test_the_pages_of_privacy_list_every_key(page: str, table: type) -> None:
    text = (ROOT / "docs" / f"{page}.md").read_text()
    nested = [field.metadata["table"] for field in keys_of(table).values() if field.metadata["table"]]
    wanted = {key for each in (table, *nested) for key in keys_of(each)}
    told = set(re.findall(r"`([a-z-]+)`", text)) | set(re.findall(r"^([a-z-]+) = ", text, re.MULTILINE))
    told |= set(re.findall(r"\[\[?[a-z]+\.([a-z]+)\]", text))
    assert wanted <= told, sorted(wanted - told)


def test_the_page_of_dependencies_lists_them() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    page = ROOT / "docs" / "decisions" / "dependencies.md"
    core = {re.split(r"[<>=~\[ ]", each)[0] for each in project["dependencies"]}
    assert set(first_cells(page, "Core")) == {"package", *core}
    assert set(first_cells(page, "Extras")) == {"extra", *project["optional-dependencies"]} - {"all"}


def test_every_decision_is_in_the_index() -> None:
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text()
    assert all(f"({page.name})" in index for page in folder.glob("*.md") if page.name != "README.md")


@pytest.mark.parametrize(("block", "name"), [(0, "PromisedDate"), (1, "UnknownBase")])
def test_the_rules_of_the_contributing_guide_prove_themselves(tmp_path: Path, block: int, name: str) -> None:
    file = tmp_path / f"shop_{name.lower()}.py"
    file.write_text(blocks(ROOT / "CONTRIBUTING.md", "python")[block])
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[file.stem] = module
    try:
        spec.loader.exec_module(module)
        for case in cases(getattr(module, name)):
            prove(case)
    finally:
        del sys.modules[file.stem]


def test_pages_speak_of_the_project_alone() -> None:
    for page in WRITTEN:
        assert not re.search(
            rf"/(?:home|root|tmp|usr|opt|work)/|{re.escape(os.sep)}Users/", page.read_text()
        ), page
