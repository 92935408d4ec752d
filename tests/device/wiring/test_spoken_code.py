"""The secret spoken-code, as the appliance takes it at its start."""

from __future__ import annotations

from pathlib import Path

import pytest

from device.configuration.load import load
from device.configuration.secrets import SecretOpen
from device.wiring.basis import build_policy
from services.actions.policy.code import SpokenCodeUnusable
from services.store.store import Store


@pytest.fixture
def secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    folder = tmp_path / ".config" / "equerry" / "secrets"
    folder.mkdir(parents=True)
    return folder / "spoken-code"


def test_without_the_secret_there_is_no_code(secret: Path, tmp_path: Path) -> None:
    with Store(tmp_path / "equerry.db") as store:
        assert build_policy(load({}), store).code is None


def test_it_is_read_from_its_file(secret: Path, tmp_path: Path) -> None:
    secret.write_text("4711\n", encoding="utf-8")
    secret.chmod(0o600)
    with Store(tmp_path / "equerry.db") as store:
        code = build_policy(load({}), store).code
    assert code is not None
    code.ask("microphone")
    code.hide("4711", "microphone")
    assert code.taken("microphone") is True


def test_one_that_is_none_or_open_to_others_keeps_it_from_starting(secret: Path, tmp_path: Path) -> None:
    with Store(tmp_path / "equerry.db") as store:
        secret.write_text("open sesame\n", encoding="utf-8")
        secret.chmod(0o644)
        with pytest.raises(SecretOpen):
            build_policy(load({}), store)
        secret.chmod(0o600)
        with pytest.raises(SpokenCodeUnusable, match="4 to 12 digits"):
            build_policy(load({}), store)
