"""Secrets: files that nobody else can read, never shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from device.configuration import secrets
from device.configuration.secrets import SecretMissing, SecretOpen, SecretUnreadable, secret


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    made = (tmp_path / "etc", tmp_path / "home")
    for folder in made:
        folder.mkdir()
    monkeypatch.setattr(secrets, "FOLDERS", made)
    return made


def kept(folder: Path, name: str, data: bytes, mode: int = 0o600) -> Path:
    path = folder / name
    path.write_bytes(data)
    path.chmod(mode)
    return path


def test_the_first_place_that_has_it_counts(folders: tuple[Path, Path], tmp_path: Path) -> None:
    kept(folders[1], "key", b"from home\n")
    assert secret("key", {}).get_secret_value() == "from home"
    kept(folders[0], "key", b"from etc")
    assert secret("key", {}).get_secret_value() == "from etc"
    kept(tmp_path, "key", b"from systemd\r\n", 0o440)  # systemd guards its folder itself
    assert secret("key", {"CREDENTIALS_DIRECTORY": str(tmp_path)}).get_secret_value() == "from systemd"


def test_it_is_masked_wherever_it_is_shown(folders: tuple[Path, Path]) -> None:
    kept(folders[0], "key", b"hunter2")
    shown = secret("key", {})
    assert "hunter2" not in f"{shown} {shown!r}"


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_one_that_others_may_read_is_refused(folders: tuple[Path, Path], mode: int) -> None:
    kept(folders[0], "key", b"hunter2", mode)
    with pytest.raises(SecretOpen, match="chmod 600"):
        secret("key", {})


@pytest.mark.parametrize("data", [b"", b"\n", b"\xff\xfe", b"x" * 70_000])
def test_one_that_is_no_secret_is_told(folders: tuple[Path, Path], data: bytes) -> None:
    kept(folders[0], "key", data)
    with pytest.raises(SecretUnreadable):
        secret("key", {})


def test_a_missing_one_says_where_to_put_it() -> None:
    with pytest.raises(SecretMissing, match="bucket-key"):
        secret("bucket-key", {})
