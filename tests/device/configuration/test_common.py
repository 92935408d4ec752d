"""equerry config apply and equerry config secrets, on real files."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from device.cli import app
from device.configuration import secrets
from device.configuration.errors import CommonBroken, ConfigRefused
from device.configuration.secrets import SecretsClosed, secrets_there


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "own.toml"
    path.write_text("[wake]\nthreshold = 0.4 # mine\n")
    for variable in os.environ:
        if variable.startswith("EQUERRY_"):
            monkeypatch.delenv(variable)
    monkeypatch.setenv("EQUERRY_CONFIG", str(path))
    return path


def config(*words: str, stdin: str = "") -> Result:
    return CliRunner().invoke(app, ["config", *words], input=stdin)


def test_all_of_a_file_is_set_and_the_rest_stays(own: Path, tmp_path: Path) -> None:
    file = tmp_path / "common.toml"
    file.write_text("[quiet]\nchime = true\n[wake]\nwords = ['alexa', 'hey_jarvis']\nthreshold = 0.6\n")
    result = config("apply", str(file))
    assert (result.exit_code, result.stdout) == (0, f"3 settings are set in {own}.\n")
    text = own.read_text()
    assert text.startswith("[wake]\nthreshold = 0.6 # mine\n") and "chime = true" in text and "alexa" in text
    assert config("apply", str(file)).stdout == f"Nothing was changed: {own} says so already.\n"
    assert config("rollback").exit_code == 0 and own.read_text() == "[wake]\nthreshold = 0.4 # mine\n", "one change"


def test_from_a_pipe(own: Path) -> None:
    assert config("apply", "-", stdin="[wake]\nthreshold = 0.7\n").stdout == f"1 setting is set in {own}.\n"
    assert own.read_text() == "[wake]\nthreshold = 0.7 # mine\n"


@pytest.mark.parametrize(
    "text",
    ["[wake]\nthreshold = 7\n", "[wake]\nthreshold = 0.6\n[nonsense]\na = 1\n", "[wake", "", "[wake]\n", "a = 1\n"],
)
def test_of_what_can_t_be_used_nothing_is_set(own: Path, text: str) -> None:
    result = config("apply", "-", stdin=text)
    assert isinstance(result.exception, CommonBroken) and own.read_text() == "[wake]\nthreshold = 0.4 # mine\n"


def test_what_does_not_go_with_the_rest_is_refused_as_a_whole(own: Path) -> None:
    result = config("apply", "-", stdin="[quiet]\nchime = true\n[board]\nname = 'no-such-board'\n")
    assert isinstance(result.exception, ConfigRefused) and "chime" not in own.read_text()


def test_whoever_says_otherwise_is_told(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EQUERRY_WAKE__THRESHOLD", "0.3")
    result = config("apply", "-", stdin="[wake]\nthreshold = 0.6\n")
    assert "environment, EQUERRY_WAKE__THRESHOLD says otherwise, and is believed." in result.stderr


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    result = config("apply", str(tmp_path / "none.toml"))
    assert isinstance(result.exception, CommonBroken) and "No such file" in str(result.exception)


def test_secrets_are_told_by_name_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folders = (tmp_path / "etc", tmp_path / "home")
    monkeypatch.setattr(secrets, "FOLDERS", folders)
    assert config("secrets").stdout == ""
    for folder in folders:
        folder.mkdir()
    for folder, name, text, mode in (
        (0, "mqtt-password", "swordfish", 0o600),
        (1, "mqtt-password", "other", 0o644),
        (1, "bucket-key", "open sesame", 0o640),
        (1, "empty", "", 0o600),
    ):
        path = folders[folder] / name
        path.write_text(text)
        path.chmod(mode)
    result = config("secrets")
    assert result.stdout.splitlines() == [
        f"bucket-key: set, but others may read it: chmod 600 ({folders[1]}/bucket-key)",
        f"empty: empty, or no text ({folders[1]}/empty)",
        f"mqtt-password: set ({folders[0]}/mqtt-password)",
    ]
    lines = [json.loads(line) for line in config("secrets", "--jsonl").stdout.splitlines()]
    assert {each["name"]: each["state"] for each in lines} == {
        "bucket-key": "open",
        "empty": "unusable",
        "mqtt-password": "set",
    }
    assert "swordfish" not in result.stdout


@pytest.mark.skipif(os.geteuid() == 0, reason="root may look everywhere")
def test_a_folder_that_may_not_be_looked_into_is_no_folder_without_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "etc").mkdir(mode=0)
    monkeypatch.setattr(secrets, "FOLDERS", (tmp_path / "etc",))
    with pytest.raises(SecretsClosed, match="Put sudo before"):
        secrets_there()
