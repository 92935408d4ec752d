"""Models that are not installed are told all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from device.configuration.load import load
from device.configuration.settings import Settings
from device.models.errors import ModelMissing, ModelUnknown
from device.wiring.basis import check_models
from device.wiring.body import loading
from device.wiring.ear import load_engines


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("EQUERRY_PATHS__DATA", str(tmp_path))
    return load()


def put(settings: Settings, *models: str) -> None:
    for model in models:
        (settings.paths.models / model).mkdir(parents=True)


def test_one_sentence_names_all_and_the_command_that_brings_them(settings: Settings) -> None:
    put(settings, "equerry-ears")
    with pytest.raises(ModelMissing) as error, loading(settings):
        pass
    assert str(error.value) == (
        "The models silero-vad, openwakeword, piper-en-us-joe, smollm2-135m and equerry-commands are not installed."
        " Run: equerry models pull silero-vad openwakeword piper-en-us-joe smollm2-135m equerry-commands"
    )
    put(settings, "openwakeword", "smollm2-135m", "equerry-commands")
    with pytest.raises(ModelMissing, match=r"^The model silero-vad is not installed\."):
        load_engines(settings, wake=False)


def test_without_the_language_model_alone_one_goes_on(settings: Settings) -> None:
    put(settings, "equerry-ears", "silero-vad", "openwakeword", "piper-en-us-joe")
    check_models(settings, wake=True, voice=True)


def test_a_name_that_is_none_is_told_as_that(settings: Settings) -> None:
    other = settings.model_copy(update={"finals": settings.finals.model_copy(update={"model": "wisper"})})
    with pytest.raises(ModelUnknown):
        check_models(other, wake=True, voice=True)
