"""The Wyoming server, on engines that are loaded already. None of it where it is not wanted."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from queue import Empty, SimpleQueue

import numpy as np

from device import __version__
from device.configuration.settings import Settings
from device.errors import ApplianceError
from device.hearing.again import again
from device.hearing.vote import voted
from device.jobs.jobs import Jobs
from device.models.manifest import shipped
from device.turn import events as on
from device.wiring.ear import Engines, load_wake
from device.wiring.mind import Mind
from device.wiring.senses import Senses, wake_words
from device.wyoming.access import Guests
from device.wyoming.server import WyomingServer
from device.wyoming.services import Detectors, ModelTold, WyomingServices, info_of
from device.wyoming.turns import EngineTurns
from firmware.frame import RATE, Samples
from services.actions.base import Response
from services.speech.base import Final

_PATIENCE_S = 30.0
_QUIET = np.zeros(round(0.3 * RATE), np.int16)
"""Goes before a stream, which may begin with its first word: the ears lose that where nothing is before it."""


class TakesLong(ApplianceError):
    """I'm still working on that. Ask what I'm working on."""

    code = "wyoming.long"


def build_wyoming(
    settings: Settings, engines: Engines, put: on.Emit, *, mind: Mind, senses: Senses, turns: EngineTurns
) -> WyomingServer | None:
    """`turns` is told of what goes on at the device."""
    wanted = settings.wyoming
    if not wanted.enabled:
        return None
    words = wake_words(settings) if engines.wake else ()
    offers = WyomingServices(
        transcribe=_transcriber(engines, mind, senses),
        voice=senses.speaking.voice,
        carry_out=partial(carried_out, mind.jobs),
        detectors=Detectors(partial(load_wake, settings, engines.finals), words) if words else None,
        info=info_of(
            version=__version__, ear=_told(settings.finals.model), voice=_told(settings.voice.model), words=words
        ),
        turns=turns,
    )
    return WyomingServer(
        offers,
        wanted.address,
        wanted.port,
        Guests(wanted.allow),
        called=settings.device.name if wanted.zeroconf else "",
        crashed=lambda bug: put(on.Crashed(bug)),
    )


def _transcriber(engines: Engines, mind: Mind, senses: Senses) -> Callable[[Samples], Final]:
    """As the device hears: with a vote, and what is doubtful again."""
    hints = partial(mind.directory.hints, known=mind.parser.words())

    def decoded(samples: Samples) -> Final:
        return engines.finals.transcribe(np.concatenate([_QUIET, samples]), hints=hints)

    def transcribe(samples: Samples) -> Final:
        final = voted(decoded(samples), senses.whole)
        return again(final, samples, lambda sound: decoded(sound).text, senses.whole, senses.same)

    return transcribe


def carried_out(jobs: Jobs, text: str, client: str, confidence: float, patience_s: float = _PATIENCE_S) -> Response:
    """What comes of a command. Raises what Jobs.submit does, and TakesLong: it goes on all the same."""
    came: SimpleQueue[Response] = SimpleQueue()
    jobs.submit(text, client=client, confidence=confidence, done=came.put)
    try:
        return came.get(timeout=patience_s)
    except Empty:
        raise TakesLong from None


def _told(model: str) -> ModelTold:
    known = shipped().find(model)
    return ModelTold(known.id, known.title, (known.language,))
