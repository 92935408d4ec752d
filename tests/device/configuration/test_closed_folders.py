"""Settings in a folder that this user may not enter: told with file and remedy, by every command, and never a
traceback.
"""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.store.backups.base import NoStore
from services.store.base import StoreClosed, StoreUnreachable
from services.store.sqlite.read_only import journal_of

ROOT = Path(__file__).resolve().parents[3]
NOBODY = 65534

COMMANDS = [
    (("config", "check"), "equerry.toml: can't be read: Permission denied; put sudo before the command"),
    (("config", "set", "wake.threshold", "0.6"), "can't be written (Permission denied). Put sudo before it."),
    (("config", "rollback", "--list"), "put sudo before the command"),
    (("config", "edit"), "can't be read (Permission denied)"),
]


@pytest.fixture
def closed(tmp_path: Path) -> Iterator[Path]:
    """Settings that whoever runs the command below can't reach."""
    folder = tmp_path / "closed"
    folder.mkdir()
    (folder / "equerry.toml").write_text("[wake]\nthreshold = 0.6\n")
    folder.chmod(0o700 if os.geteuid() == 0 else 0)
    yield folder / "equerry.toml"
    folder.chmod(0o700)


def equerry(*words: str, settings: Path) -> subprocess.CompletedProcess[str]:
    """As somebody who is not root."""
    if os.geteuid() == 0 and shutil.which("setpriv") is None:
        pytest.skip("root needs setpriv to be somebody else")
    other = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"] if os.geteuid() == 0 else []
    env = {
        "PATH": os.environ["PATH"],
        "HOME": "/nonexistent",
        "EQUERRY_CONFIG": str(settings),
        "EDITOR": "true",
        "PYTHONPATH": str(ROOT),
    }
    command = [*other, sys.executable, "-m", "device", *words]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode in (126, 127) or "No module named" in done.stderr:
        pytest.skip("another user can't run this Python")
    return done


@pytest.mark.parametrize(
    ("words", "told"), COMMANDS, ids=lambda each: " ".join(each) if isinstance(each, tuple) else ""
)
def test_told_with_a_remedy(words: tuple[str, ...], told: str, closed: Path) -> None:
    done = equerry(*words, settings=closed)
    assert "Traceback" not in done.stderr
    assert done.returncode == 1
    assert told in done.stdout + done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists() or shutil.which("sh") is None, reason="needs /dev/full")
@pytest.mark.parametrize("words", ["config show", "--help", "models list"])
def test_a_full_disk_behind_the_output(words: str, tmp_path: Path) -> None:
    env = {**os.environ, "EQUERRY_PATHS__DATA": str(tmp_path), "PYTHONPATH": str(ROOT)}
    line = f'exec "{sys.executable}" -m device {words} > /dev/full'
    done = subprocess.run(["sh", "-c", line], env=env, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "The disk is full: make room" in done.stderr


def test_a_store_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_: Path, *__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "open", refused)
    with pytest.raises(StoreClosed, match="Put sudo before the command"), journal_of(tmp_path / "equerry.db"):
        pass


def test_a_store_that_is_a_folder(tmp_path: Path) -> None:
    with pytest.raises(StoreUnreachable, match="it is a folder"), journal_of(tmp_path):
        pass
    with pytest.raises(NoStore), journal_of(tmp_path / "equerry.db"):
        pass
