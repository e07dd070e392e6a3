"""Which version of a package counts: declared, locked, pinned, or none."""

from pathlib import Path

import pytest

from ftlint.engine.versions import versions
from ftlint.model import FtlintError
from ftlint.settings import load


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {"requirements.txt": "# pins\ntransformers==4.46.3\ntrl>=0.9\n"},
            {"transformers": ("4.46.3", "requirements.txt:2")},
        ),
        (
            {"requirements-train.txt": "Ms_Swift ~= 3.2.0 ; python_version > '3'\n"},
            {"ms-swift": ("3.2.0", "requirements-train.txt:1")},
        ),
        ({"requirements.txt": "peft[extra]==0.14.*\n"}, {"peft": ("0.14", "requirements.txt:1")}),
        ({"requirements.txt": "transformers>=4.46,<5\nnumpy==2.0\n"}, {}),
        (
            {
                "pyproject.toml": '[project]\ndependencies = [\n  "trl==0.12.0",\n'
                '  "axolotl[deepspeed]==0.8.0; extra == 1",\n]\n'
            },
            {"trl": ("0.12.0", "pyproject.toml:3"), "axolotl": ("0.8.0", "pyproject.toml:4")},
        ),
        (
            {
                "requirements.txt": "trl==0.9.6\n",
                "uv.lock": 'version = 1\n[[package]]\nname = "trl"\nversion = "0.12.2"\n',
            },
            {"trl": ("0.12.2", "uv.lock")},
        ),
        (
            {"requirements.txt": "trl==0.9.6\n", "ftlint.toml": '[versions]\ntrl = "1.0"\n'},
            {"trl": ("1.0", "ftlint.toml:2")},
        ),
        ({"uv.lock": "not = [toml"}, {}),
        (
            {"environment.yml": "dependencies:\n  - pip:\n    - transformers==4.40.0\n"},
            {"transformers": ("4.40.0", "environment.yml:3")},
        ),
    ],
)
def test_versions(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    files: dict[str, str],
    expected: dict[str, tuple[str, str]],
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    assert versions(load([str(tmp_path)])) == expected


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (
            'transfomers = "4.57"',
            "ftlint.toml:2: [versions]: 'transfomers' reads no config: did you mean 'transformers'?",
        ),
        ('trl = ">=0.9"', "ftlint.toml:2: [versions]: '>=0.9' is no version: write it as in 4.57.1"),
        ('trl = "latest"', "ftlint.toml:2: [versions]: 'latest' is no version: write it as in 4.57.1"),
    ],
)
def test_mistakes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str, message: str) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ftlint.toml").write_text(f"[versions]\n{written}\n")
    with pytest.raises(FtlintError) as raised:
        versions(load([str(tmp_path)]))
    assert str(raised.value) == message


@pytest.mark.parametrize("written", ["v0.18", "0.18.0rc1", "0.18.dev0"])
def test_forms_of_a_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ftlint.toml").write_text(f'[versions]\naxolotl = "{written}"\n')
    assert versions(load([str(tmp_path)]))["axolotl"] == (written.removeprefix("v"), "ftlint.toml:2")
