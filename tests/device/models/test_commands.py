"""`equerry models` as a person runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from device.models.manifest import shipped


def equerry(*arguments: str, models: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from device.cli import main; main()", "models", *arguments]
    environment = os.environ | {"EQUERRY_PATHS__MODELS": str(models)}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def test_list_tells_what_there_is(tmp_path: Path) -> None:
    done = equerry("list", models=tmp_path)
    assert done.returncode == 0
    for model in shipped().model:
        assert f"{model.id} " in done.stdout
    assert "CC-BY-NC-SA-4.0" in done.stdout
    assert str(tmp_path) in done.stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("path", "smollm2-135m"), "The model smollm2-135m is not installed. Run: equerry models pull smollm2-135m"),
        (("path", "smolm2"), "There is no model smolm2 (did you mean smollm2-135m?)"),
        (("pull", "wisper"), "There is no model wisper"),
        (("verify",), "The model openwakeword is not installed"),
        (("path", "vosk-ko", "--home", "/nowhere"), "not installed"),
    ],
)
def test_what_fails_is_a_sentence_and_an_exit_status(tmp_path: Path, arguments: tuple[str, ...], sentence: str) -> None:
    done = equerry(*arguments, models=tmp_path)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_truncated_model_is_damaged(tmp_path: Path) -> None:
    folder = tmp_path / "smollm2-135m"
    folder.mkdir()
    (folder / "SmolLM2-135M-Instruct.Q4_1.gguf").write_bytes(b"GGUF")
    done = equerry("verify", "smollm2-135m", models=tmp_path)
    assert done.returncode == 1
    assert "has 4 bytes, not 98362432" in done.stderr
    assert "damaged" in equerry("list", models=tmp_path).stdout


@pytest.mark.engine
def test_installed_models_are_what_the_list_says(model_folder: Callable[[str], Path]) -> None:
    home = model_folder("openwakeword").parent
    done = equerry("verify", "openwakeword", "piper-en-us-joe", models=home)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["openwakeword: good", "piper-en-us-joe: good"]
    assert equerry("path", "openwakeword", models=home).stdout.strip() == str(home / "openwakeword")
    assert equerry("pull", "openwakeword", models=home).returncode == 0
