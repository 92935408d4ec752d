"""Whether an appliance could be built from settings: what the settings alone can't tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from device.configuration.load import ROOT
from device.configuration.settings import Settings
from device.errors import ConfigBroken
from device.wiring.basis import model_folder
from device.wiring.ear import final_engine
from firmware.errors import ExpectedError


def check_usable(settings: Settings) -> None:
    """Raises ConfigBroken with all that is wrong."""
    if problems := list(unusable(settings)):
        raise ConfigBroken(problems=problems)


def unusable(settings: Settings) -> Iterator[str]:
    """What an appliance with these settings would miss: models and wake words that are not installed."""
    from services.understanding.model.adapter import load_adapter

    wanted = {
        "finals.model": settings.finals.model,
        "voice.model": settings.voice.model,
        "partials.vosk_model": settings.partials.vosk_model if settings.partials.engine == "vosk" else "",
    }
    for key, model in wanted.items():
        if model:
            yield from _failing(key, partial(model_folder, settings, model))
    yield from _failing("finals.engine", partial(final_engine, settings.finals.engine))
    for word in settings.wake.words:
        yield from _failing("wake.words", partial(_wake_word, settings, word))
    if settings.language_model.enabled:
        adapter = ROOT / "config" / "language_models" / f"{settings.language_model.model}.toml"
        yield from _failing("language_model.model", lambda: load_adapter(adapter))


def _wake_word(settings: Settings, word: str) -> None:
    from services.wake.openwakeword import find

    find(model_folder(settings, "openwakeword"), word)


def _failing(key: str, work: Callable[[], object]) -> Iterator[str]:
    try:
        work()
    except ExpectedError as error:
        yield f"{key}: {error}"
