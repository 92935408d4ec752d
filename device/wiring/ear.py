"""The ear: engines loaded once, and what listens with them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Executor as Workers
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

from device.configuration.places import ROOT
from device.configuration.settings import Settings
from device.control.wire import plain
from device.errors import ApplianceError
from device.hearing.again import Same, never_the_same
from device.hearing.ear import Ear
from device.hearing.own_voice import Barging, Over
from device.hearing.stop_word import Overhearing
from device.hearing.turn_end import Ending, no_ending
from device.hearing.vote import Whole, no_vote
from device.hearing.word_action import signals
from device.models.manifest import Kind
from device.process.priority import go_with_the_rest
from device.records.wakes import WakeKeeping, lessons
from device.speaking.reply import Speaking
from device.turn import events as on
from device.voiceprints.book import ENCODER, NAME, VoiceprintBook
from device.voiceprints.recognition import VoiceRecognition, may_wake
from device.wiring.basis import check_models, is_there, model_folder, threads_of
from firmware.errors import ExpectedError
from services.speech.base import FinalRecognizer, Hints, PartialRecognizer, Vad
from services.speech.echo import STOPS
from services.speech.endpoint import AdaptiveEndpoint
from services.speech.finals.wake_phrase import cut
from services.voiceprints.base import Recogniser, SpeakerEncoder
from services.wake.base import Ears, Guard, WakeDetector, WakeSettings

log = logging.getLogger(__name__)

VERIFIERS = ROOT / "config" / "wake" / "verifiers"
"""The second stages of the shipped wake words."""
_WAKES = "wake"
"""The folder, beside the store, of what is kept of wakes."""


class Inline(Workers):
    """Runs work at once in the caller: files read as fast as possible give the same events every time."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """The result of fn(*args, **kwargs), already there."""
        done: Future[Any] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - a Future carries whatever its work raised
            done.set_exception(error)
        return done


class EngineUnknown(ApplianceError):
    """There is no engine {name} for the final transcript. There are {known}."""

    code = "finals.engine"


class FinalEngine(NamedTuple):
    """What writes the final transcript."""

    kind: Kind
    """Of the models that it reads."""
    load: Callable[[Path, int], FinalRecognizer]
    """The model in a folder, to decode with so many threads. Raises SpeechModelUnusable."""
    compares: bool = False
    """It can be asked whether a phrase was said (services.wake.base.Ears)."""


@dataclass(slots=True)
class Engines:
    """What hearing needs, loaded once."""

    wake: WakeDetector | None
    vad: Vad
    partials: PartialRecognizer | None
    finals: FinalRecognizer
    decoder: Workers
    recogniser: Recogniser | None = None
    """Of voices."""

    def __enter__(self) -> Engines:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.partials:
            self.partials.close()
        self.decoder.shutdown(wait=False, cancel_futures=True)


def load_engines(settings: Settings, *, wake: bool = True, inline: bool = False) -> Engines:
    """Load what hearing needs. Raises EngineUnknown, ModelMissing, ModelsMissing, ModelCorrupt and the engines'
    own errors.
    """
    check_models(settings, wake=wake, voice=False)
    wanted = settings.finals
    finals = final_engine(wanted.engine).load(model_folder(settings, wanted.model), threads_of(wanted.threads))
    decoder: Workers = (
        Inline() if inline else ThreadPoolExecutor(2, thread_name_prefix="decode", initializer=go_with_the_rest)
    )
    recogniser = build_recogniser(settings)
    detector = load_wake(settings, finals, recogniser) if wake else None
    vad, partials = load_vad(settings), _partials(settings, finals, inline=inline)
    return Engines(detector, vad, partials, finals, decoder, recogniser)


def final_engine(name: str) -> FinalEngine:
    """The engine that `[finals] engine` names. Raises EngineUnknown."""
    if name not in FINAL_ENGINES:
        raise EngineUnknown(name=plain(name), known=" and ".join(sorted(FINAL_ENGINES)))
    return FINAL_ENGINES[name]


def _whisper(folder: Path, threads: int) -> FinalRecognizer:
    from services.speech.finals.whisper import WhisperFinals

    return WhisperFinals(folder, threads=threads)


def _vosk(folder: Path, _: int) -> FinalRecognizer:
    from services.speech.finals.vosk import VoskFinals  # it brings an HTTP client along

    return VoskFinals(folder)


FINAL_ENGINES: Mapping[str, FinalEngine] = {
    "whisper": FinalEngine("final", _whisper, compares=True),
    "vosk": FinalEngine("partial", _vosk),
}
"""By the names that `[finals] engine` may have."""


def build_recogniser(settings: Settings) -> VoiceRecognition:
    """What knows enrolled people by their voice; while nobody is, it loads nothing."""
    recogniser = VoiceRecognition(book_of(settings), partial(load_encoder, settings), model=ENCODER)
    recogniser.names()  # where somebody is, the encoder is loaded now rather than in the first turn
    return recogniser


def book_of(settings: Settings) -> VoiceprintBook:
    """The voiceprints of this device."""
    return VoiceprintBook(settings.paths.data / NAME)


def load_encoder(settings: Settings) -> SpeakerEncoder:
    """What makes a voiceprint of a voice. Raises ModelMissing, ModelCorrupt, EncoderUnusable."""
    from services.voiceprints.wespeaker import WespeakerEncoder

    return WespeakerEncoder(model_folder(settings, ENCODER))


def load_vad(settings: Settings) -> Vad:
    """What tells that somebody speaks. Raises ModelMissing, ModelCorrupt."""
    from services.speech.vad import SileroVad

    return SileroVad(model_folder(settings, "silero-vad"))


def load_wake(
    settings: Settings, finals: FinalRecognizer | None = None, recogniser: Recogniser | None = None
) -> WakeDetector:
    """What hears the wake words, and asks `finals` in doubt, where those can tell, and `recogniser` where only known
    people may wake it. Raises ModelMissing, ModelCorrupt, WakeModelUnusable.
    """
    from services.wake.openwakeword import OpenWakeWord

    wake = settings.wake
    judged = WakeSettings(threshold=wake.threshold, patience=wake.patience, refractory=wake.refractory_s)
    detector = OpenWakeWord(
        model_folder(settings, "openwakeword"),
        dict.fromkeys(wake.words, judged),
        second_look=wake.second_look or None,
        verifiers=VERIFIERS,
        ears=finals if isinstance(finals, Ears) else None,
        own=settings.paths.wake_words,
        may_wake=partial(may_wake, recogniser) if recogniser and wake.only_known_voices else None,
        keep_sound=wake.keep_sound,
    )
    if wake.learn:
        detector.learn(*lessons(settings.paths.data / _WAKES))
    return detector


def load_wake_alone(settings: Settings) -> WakeDetector:
    """As the running appliance judges, with nothing else of its ear; the recogniser only where a word asks it. Raises
    EngineUnknown, ModelMissing, ModelCorrupt, WakeModelUnusable, SpeechModelUnusable.
    """
    wake = settings.wake
    asked = wake.second_look and any(_asks_ears(settings, word) for word in wake.words)
    finals = load_ears(settings) if asked else None
    return load_wake(settings, finals, build_recogniser(settings) if wake.only_known_voices else None)


def load_ears(settings: Settings) -> FinalRecognizer | None:
    """The recogniser that tells whether a phrase was said; None where that of the settings can't. Raises EngineUnknown,
    ModelMissing, ModelCorrupt, SpeechModelUnusable.
    """
    wanted = settings.finals
    engine = final_engine(wanted.engine)
    return engine.load(model_folder(settings, wanted.model), threads_of(wanted.threads)) if engine.compares else None


def _asks_ears(settings: Settings, word: str) -> bool:
    """Whether this wake word's second stage does. Raises WakeModelUnusable."""
    from services.wake.head import load_head
    from services.wake.models import learnt
    from services.wake.openwakeword import written_in
    from services.wake.verifier import load_verifier

    own = settings.paths.wake_words
    if word in learnt(own):
        return bool(written_in(load_head(own / f"{word}.npz")))
    verifier = load_verifier(VERIFIERS / f"{word}.npz")
    return bool(verifier and verifier.ears is not None)


def build_wakes(settings: Settings, wake: WakeDetector | None, data: Path) -> WakeKeeping | None:
    """What learns from wakes; None where that is not wanted, or nothing is listened for. `data`: of the store."""
    return WakeKeeping(data / _WAKES, wake) if wake and settings.wake.learn else None


def _partials(settings: Settings, finals: FinalRecognizer, *, inline: bool) -> PartialRecognizer | None:
    from services.speech.partials.rolling import RollingPartials

    wanted = settings.partials
    if wanted.engine == "none":
        return None
    if wanted.engine == "vosk":
        return _vosk_partials(settings)
    if wanted.engine == "auto" and is_there(settings, wanted.vosk_model):
        try:
            return _vosk_partials(settings)
        except ExpectedError as error:
            log.warning("Partials come from the engine of the finals. %s", error)
    return RollingPartials(finals.partial, inline=inline, every=wanted.every_s)


def _vosk_partials(settings: Settings) -> PartialRecognizer:
    from services.speech.partials.vosk import VoskPartials  # it brings an HTTP client along

    return VoskPartials(model_folder(settings, settings.partials.vosk_model))


def build_endpoint(settings: Settings) -> AdaptiveEndpoint:
    """A new endpoint detector; it learns the floor of one room, so each stream has its own."""
    return AdaptiveEndpoint(
        silence=settings.endpoint.silence_s, longest=settings.endpoint.longest_s, patience=settings.endpoint.begin_s
    )


def _over(settings: Settings, speaking: Speaking, engines: Engines, emit: on.Emit) -> Over:
    barge = settings.barge
    barging = Barging(Guard(barge.threshold), barge.resume_s) if barge.enabled else None
    stops = partial(engines.finals.expecting, words=STOPS)
    overhearing = Overhearing(stops, engines.decoder, level=lambda: speaking.level, said=speaking.said, emit=emit)
    return Over(emit, barging=barging, overhearing=overhearing, said=speaking.said)


def build_ear(
    settings: Settings,
    engines: Engines,
    emit: on.Emit,
    *,
    hints: Hints,
    whole: Whole = no_vote,
    same: Same = never_the_same,
    ending: Ending = no_ending,
    speaking: Speaking | None = None,
) -> Ear:
    """An ear on loaded engines; it knows what `speaking` says from what others do. `hints`, `whole`, `same` and
    `ending` are asked about what it heard.
    """
    wake = engines.wake
    ear = Ear(
        wake=wake,
        vad=engines.vad,
        endpoint=build_endpoint(settings),
        partials=engines.partials,
        finals=engines.finals,
        cut_wake=lambda text: cut(text, wake.words if wake else settings.wake.words),
        hints=hints,
        decoder=engines.decoder,
        emit=emit,
        preroll_s=settings.wake.preroll_s,
        begin_s=settings.endpoint.begin_s,
        whole=whole,
        same=same,
        ending=ending,
        recogniser=engines.recogniser,
        over=_over(settings, speaking, engines, emit) if speaking else None,
        signals=signals(settings.wake.actions),
    )
    ear.reset()
    return ear
