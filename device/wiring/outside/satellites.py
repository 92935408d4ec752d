"""Satellites in other rooms, on engines that are loaded already. None where none are set."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial

from device.configuration.settings import Settings
from device.hearing.ear import Ear
from device.hearing.turn_end import Tell
from device.jobs.jobs import Jobs
from device.satellites.nearest import Nearest
from device.satellites.place import MOST, place_of
from device.satellites.satellites import Satellites
from device.satellites.services import Done, SatelliteServices
from device.turn import events as on
from device.wiring.ear import Engines, build_endpoint, load_vad, load_wake
from device.wiring.mind import Mind
from device.wiring.senses import Senses
from device.wyoming.services import Detectors
from device.wyoming.turns import EngineTurns
from services.speech.finals.wake_phrase import cut
from services.voiceprints.base import Who
from services.wake.base import WakeDetector

_DECODERS = 2


def build_satellites(
    settings: Settings, engines: Engines, put: on.Emit, *, mind: Mind, senses: Senses, nearest: Nearest
) -> Satellites | None:
    """`nearest` has the device's own ear already."""
    places = [place_of(each) for each in settings.satellites.at]
    if not places:
        return None
    wake = engines.wake
    services = SatelliteServices(
        ear=_Ears(settings, engines, mind, senses),
        detectors=Detectors(
            partial(load_wake, settings, engines.finals, engines.recogniser), settings.wake.words, most=MOST
        )
        if wake
        else None,
        words=lambda: wake.words if wake else (),
        submit=partial(submitted, mind.jobs),
        voice=senses.speaking.voice,
        answer_s=settings.session.open_s or settings.endpoint.begin_s,
        nearest=nearest,
        speaking=EngineTurns(most=MOST),
    )
    return Satellites(places, services, crashed=lambda bug: put(on.Crashed(bug)))


class _Ears:
    """Makes an ear for each satellite, as good as the device's own; they share the finals and have decodes of their
    own, so that a room full of talkers does not keep the device's waiting.
    """

    def __init__(self, settings: Settings, engines: Engines, mind: Mind, senses: Senses) -> None:
        self._settings, self._engines, self._senses = settings, engines, senses
        self._hints = partial(mind.directory.hints, known=mind.parser.words())
        self._decoder = ThreadPoolExecutor(_DECODERS, thread_name_prefix="decode-rooms")

    def __call__(self, emit: on.Emit, wake: WakeDetector | None) -> Ear:
        """One more. Raises ModelMissing, ModelCorrupt, SpeechModelUnusable."""
        settings, senses = self._settings, self._senses
        ear = Ear(
            wake=wake,
            vad=load_vad(settings),
            endpoint=build_endpoint(settings),
            partials=None,
            finals=self._engines.finals,
            cut_wake=lambda text: cut(text, wake.words if wake else settings.wake.words),
            hints=self._hints,
            decoder=self._decoder,
            emit=emit,
            preroll_s=settings.wake.preroll_s,
            begin_s=settings.endpoint.begin_s,
            whole=senses.whole,
            same=senses.same,
            ending=self._ending,
            recogniser=self._engines.recogniser,
        )
        ear.reset()
        return ear

    def _ending(self, text: str, _: float, tell: Tell) -> None:
        tell(self._senses.complete(text))


def submitted(
    jobs: Jobs, text: str, client: str, confidence: float, *, resumes: bool, who: Who | None, done: Done
) -> None:
    """Somebody stands there and waits: goes before requests of machines. Raises what Jobs.submit does."""
    jobs.submit(text, client=client, priority="high", confidence=confidence, resumes=resumes, who=who, done=done)
