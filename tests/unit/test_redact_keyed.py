"""The project key: where it is, when it is refused, and what it makes of values."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

import pytest

from ftlint.detect.keyed import digest, fingerprint, key_path, new_key, normal_form, project_key
from ftlint.model import FtlintError

TEXT = "0123456789abcdef" * 2


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("FTLINT_KEY", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path / "config" / "ftlint" / "keys"


def test_a_made_key_is_for_its_owner_alone(tmp_path: Path, home: Path) -> None:
    root = str(tmp_path / "project")
    path = key_path(root)
    assert Path(path).parent == home
    assert project_key(root) is None
    new_key(path)
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    key = project_key(root)
    assert key is not None
    assert len(key) == 64
    before = Path(path).read_bytes()
    with pytest.raises(FtlintError, match="a key stands here"):
        new_key(path)
    assert Path(path).read_bytes() == before
    assert project_key(str(tmp_path / "another")) is None


def test_the_environment_goes_first_and_equals_a_file_of_the_same_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "key"
    file.write_text(TEXT + "\n")
    file.chmod(0o600)
    of_file = project_key(str(tmp_path), file="key")
    monkeypatch.setenv("FTLINT_KEY", f" {TEXT} ")
    assert project_key(str(tmp_path)) == of_file == TEXT.encode()


def test_a_name_is_shared_between_folders(tmp_path: Path, home: Path) -> None:
    assert key_path("/a", name="team") == key_path("/b", name="team") == str(home / "team")
    for name in ("../team", ".team", "a/b"):
        with pytest.raises(FtlintError, match="a plain word"):
            key_path("/a", name=name)


@pytest.mark.parametrize(
    ("text", "mode", "told"),
    [
        (TEXT, 0o644, "chmod 600"),
        (TEXT, 0o640, "chmod 600"),
        ("short", 0o600, "32 characters or more"),
        ("x" * 64, 0o600, "a key is random"),
        ("abcde" * 8, 0o600, "a key is random"),
        ("", 0o600, "32 characters or more"),
    ],
)
def test_a_key_that_is_not_fit_is_refused_and_not_shown(
    tmp_path: Path, text: str, mode: int, told: str
) -> None:
    file = tmp_path / "key"
    file.write_text(text)
    file.chmod(mode)
    with pytest.raises(FtlintError, match=told) as error:
        project_key(str(tmp_path), file="key")
    assert not text or text not in str(error.value)


def test_a_key_in_a_repository_must_be_ignored(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    inside = str(tmp_path / "keys" / "key")
    with pytest.raises(FtlintError, match="git repository"):
        new_key(inside)
    assert not os.path.exists(inside)
    (tmp_path / ".gitignore").write_text("keys/\n")
    new_key(inside)
    assert project_key(str(tmp_path), file="keys/key") is not None
    subprocess.run(["git", "-C", tmp_path, "add", "-f", "keys/key"], check=True)
    with pytest.raises(FtlintError, match="git repository"):
        project_key(str(tmp_path), file="keys/key")


def test_a_link_into_a_repository_is_followed(tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    subprocess.run(["git", "init", "-q", repository], check=True)
    (repository / "key").write_text(TEXT)
    (repository / "key").chmod(0o600)
    (tmp_path / "link").symlink_to(repository / "key")
    with pytest.raises(FtlintError, match="git repository"):
        project_key(str(tmp_path), file="link")


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("email", "Ann.Lee@Firm.io", "ann.lee@firm.io"),
        ("phone", "+1 (415) 892-2671", "415.892.2671"),
        ("phone", "0049 30 901820", "+49-30-901820"),
        ("phone", "+49 (0)30 901820", "+49 30 901820"),
        ("phone", "(+44) ( 0 ) 20 7946 1234", "0044 20 7946 1234"),
        ("card", "4539 1488 0343 6467", "4539-1488-0343-6467"),
        ("iban", "gb33 bukb 2020 1555", "GB33BUKB20201555"),
        ("ip", "2001:470:0:0::1", "2001:470::1"),
        ("ip", "2001:470::1%eth0/64", "2001:470::1"),
        ("ip", "93.184.77.12/32", "93.184.77.12"),
        ("ip", "::ffff:93.184.77.12", "93.184.77.12"),
        ("ip", "::FFFF:5db8:4d0c/128", "93.184.77.12"),
        ("mac", "3c:5a:b4:1e:22:90", "3C-5A-B4-1E-22-90"),
        ("person", "Ann  LEE", "ann lee"),
        ("phone", "٤١٥٨٩٢٢٦٧١", "4158922671"),
    ],
)
def test_one_value_in_two_writings_is_one(kind: str, one: str, other: str) -> None:
    assert normal_form(kind, one) == normal_form(kind, other)
    assert fingerprint(b"k", kind, one) == fingerprint(b"k", kind, other)


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("phone", "(0)30 901820", "30 901820"),
        ("phone", "+39 06 6982", "+39 6 6982"),
        ("ip", "93.184.77.12", "93.184.77.120"),
        ("ip", "::5db8:4d0c", "93.184.77.12"),
    ],
)
def test_other_values_stay_apart(kind: str, one: str, other: str) -> None:
    assert normal_form(kind, one) != normal_form(kind, other)


def test_kind_key_purpose_and_value_all_count() -> None:
    made = {
        digest(key, purpose, kind, value)
        for key in (b"one", b"two")
        for purpose in ("hash", "pseudonym")
        for kind in ("email", "github-token")
        for value in ("ab", "aB", "ac")
    }
    assert len(made) == 2 * 2 * (2 + 3)  # of a secret every character counts, of an address no capitals
    assert 0 <= fingerprint(b"one", "email", "ab") < 1 << 64
    assert fingerprint(b"one", "email", "\ud800") != fingerprint(b"one", "email", "\ud801")
