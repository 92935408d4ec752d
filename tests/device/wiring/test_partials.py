"""Partials follow what is installed: Vosk where its model is whole, else the engine of the finals."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from device.configuration.load import load
from device.configuration.settings import Settings
from device.doctor.checks import models
from device.models.download import digest
from device.models.installed import write_record
from device.models.manifest import ModelFile
from device.wiring.ear import load_engines
from services.speech.base import SpeechModelUnusable
from services.speech.partials.rolling import RollingPartials
from services.speech.partials.vosk import VoskPartials
from tests.pi_trees import planted, sources_of

pytestmark = pytest.mark.engine


@pytest.fixture
def home(tmp_path: Path, model_folder: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of models in which the Korean Vosk model stands for the English one, as an archive leaves it."""
    home = tmp_path / "models"
    korean = model_folder("vosk-ko")
    (home / "vosk-small-en-us").mkdir(parents=True)
    for model in ("equerry-ears", "silero-vad"):
        (home / model).symlink_to(model_folder(model))
    files = []
    for file in (each for each in korean.rglob("*") if each.is_file()):
        link = home / "vosk-small-en-us" / file.relative_to(korean)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(file)
        files.append(ModelFile(path=str(file.relative_to(korean)), bytes=file.stat().st_size, sha256=digest(file)))
    write_record(home / "vosk-small-en-us", tuple(files))
    monkeypatch.setenv("EQUERRY_PATHS__MODELS", str(home))
    return home


def wanted(engine: str = "auto") -> Settings:
    settings = load()
    return settings.model_copy(update={"partials": settings.partials.model_copy(update={"engine": engine})})


def partials(engine: str = "auto") -> object:
    with load_engines(wanted(engine), wake=False, inline=True) as engines:
        return engines.partials


def test_vosk_where_its_model_is_here(home: Path) -> None:
    assert isinstance(partials(), VoskPartials)
    assert isinstance(partials("whisper"), RollingPartials)
    assert partials("none") is None


def test_the_finals_engine_where_it_is_not(home: Path) -> None:
    (home / "vosk-small-en-us").rename(home / "elsewhere")
    assert isinstance(partials(), RollingPartials)


@pytest.mark.parametrize("damage", ["size", "record", "content"])
def test_a_damaged_model_keeps_nothing_from_starting(
    home: Path, damage: str, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    folder = home / "vosk-small-en-us"
    if damage == "record":
        (folder / ".files.json").unlink()
    else:
        model = folder / "am" / "final.mdl"
        size = model.stat().st_size
        model.unlink()
        model.write_bytes(bytes(size if damage == "content" else 7))
    with caplog.at_level(logging.WARNING):
        assert isinstance(partials(), RollingPartials)
    assert "Partials come from the engine of the finals." in caplog.text
    with pytest.raises(Exception, match="vosk-small-en-us") as told:
        partials("vosk")
    assert isinstance(told.value, SpeechModelUnusable) == (damage == "content")
    if damage != "content":  # what only reading finds is found by --thorough
        sources = sources_of(planted(tmp_path, "pi4"), environ={"EQUERRY_PATHS__MODELS": str(home)})
        assert models.present(sources).facts["damaged"] == ["vosk-small-en-us"]
