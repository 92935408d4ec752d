"""The guide through the first start."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from device.calibration.capture import held, listened
from device.configuration import zone as place
from device.configuration.owned.changes import Owned
from device.configuration.schema import find
from device.configuration.settings import Settings, shared
from device.control.client import Declined, accepted, request
from device.dials.base import Dials
from device.enrolment.lessons import VoiceLessons
from device.guide import wording
from device.guide.base import THERE, Did, Do, Here, Measured, Missed, TeachVoice, TeachWord, Unheard, Woken
from device.guide.body import Hearing
from device.guide.by_voice import SpokenGuide
from device.guide.progress import ProgressFile
from device.guide.steps import loudness
from device.guide.wording import said_time
from device.jobs.jobs import Jobs
from device.jobs.keys import DoneBefore
from device.turn import events as on
from device.turn.reactor import CLIENT
from device.voiceprints.book import ENCODER
from device.wiring.basis import clock_of, is_there, unmet
from device.wiring.body import build_microphone
from device.wiring.ear import book_of, load_wake_alone
from device.wiring.mind import Mind
from device.wiring.senses import Senses
from firmware.errors import ExpectedError
from firmware.frame import is_cut_off, level_dbfs
from services.actions.base import Response
from services.speech.finals.wake_phrase import cut
from services.store.store import Store
from services.understanding.base import Command
from services.understanding.explicit import explicit
from services.wake.base import WakeDetector

_ANSWERS = frozenset(("control.confirm", "control.deny", "control.cancel", "control.stop", "control.repeat"))
TITLE = "set me up"
"""What its commands are called."""


class ZoneUnkept(ExpectedError):
    """I can't keep that ({reason})."""

    code = "guide.zone"


@dataclass(frozen=True, slots=True)
class SetUp:
    """The appliance, as its guide needs it (device.guide.body.SpokenBody)."""

    settings: Settings
    jobs: Jobs
    dials: Dials
    senses: Senses
    parse: Callable[[str], Command]
    restarts: bool = False
    """It is started again where it ends."""
    lessons: VoiceLessons | None = None

    def here(self) -> Here:
        """As it is now."""
        here = here_of(self.settings, self.senses.wake)
        zone = self.settings.device.time_zone or place.told(self.settings.paths.data)
        lessons = self.lessons
        voice = bool(lessons and not lessons.names() and (lessons.learning or not lessons.hindrance()))
        return replace(here, asks_zone=not zone, teaches_voice=voice, now=said_time(clock_of(self.settings)()))

    def hearing(self) -> Hearing:
        """As it is now."""
        listener = self.senses.listener
        return Hearing(listener.level, listener.recent, listener.pulse, listener.clipped, self.senses.near_misses)

    def do(self, wanted: Do, done: Callable[[Did], None]) -> None:
        """Raises TooMany."""

        def ended(response: Response) -> None:
            ok = all(outcome.ok or outcome.code in THERE for outcome in response.outcomes)
            done(Did(ok, response.reply.text, response.reply.awaits))

        command = explicit(wanted.steps, TITLE)
        try:
            self.jobs.submit(TITLE, client=CLIENT, priority="high", id=wanted.id, command=command, done=ended)
        except DoneBefore:  # the power failed before how far the guide is was kept
            done(Did(True))

    def learns_voice(self) -> bool:
        """As the lessons say."""
        return bool(self.lessons and self.lessons.learning)

    def addressed(self, text: str) -> tuple[str, bool]:
        """By the sentences it knows."""
        rest = cut(text, self.senses.wake.words) if self.senses.wake else text
        steps = self.parse(rest).steps if rest not in ("", text) else ()
        return rest or text, bool(steps) and not any(step.action in _ANSWERS for step in steps)

    def settle(self, zone: str) -> bool:
        """Raises ZoneUnkept. Where somebody starts it again it does so by itself, at rest (device/wiring/live.py)."""
        try:
            place.keep(self.settings.paths.data, zone)
        except OSError as error:
            raise ZoneUnkept(reason=error.strerror or "the disk can't be written") from error
        return self.restarts

    def tune(self, threshold: float) -> None:
        """Raises DialUnknown, DialWrong."""
        self.dials.turn("wake_sensitivity", f"{1 - threshold:.4f}")


def here_of(settings: Settings, wake: WakeDetector | None = None, *, typed: bool = False) -> Here:
    """What the guide tells of this device. `wake`: as it is turned now; None: as the settings say."""
    words, threshold = (wake.words, wake.threshold) if wake else (settings.wake.words, settings.wake.threshold)
    return Here(
        device=settings.device.name,
        wake_words=tuple(word.replace("_", " ") for word in words) if wake or typed else (),
        threshold=threshold,
        typed=typed,
        transcripts_days=settings.retention.turns_days if settings.insight.transcripts else 0.0,
        keeps_sound=settings.wake.keep_sound and settings.wake.learn,
        shared=bool(settings.mqtt.host or settings.bucket.name),
        at_home=bool(settings.home_assistant.url) and settings.home_assistant.conversation,
    )


def build_guide(
    settings: Settings,
    store: Store,
    put: on.Emit,
    *,
    mind: Mind,
    senses: Senses,
    dials: Dials,
    lessons: VoiceLessons | None = None,
    restarts: bool = False,
) -> SpokenGuide:
    """It begins by itself where the device is new: nothing is kept yet."""

    def new() -> bool:
        return not any(len(store.table(kind)) for kind in shared())

    def parse(text: str) -> Command:
        return mind.parser.parse(text, now=mind.clock.now())

    body = SetUp(settings, mind.jobs, dials, senses, parse, restarts, lessons)
    guide = SpokenGuide(ProgressFile(store.path.parent), body, put, enabled=settings.guide.enabled, new=new)
    mind.appliance.guide = guide.wanted
    return guide


WAKE_S = 12.0
"""Seconds in which the wake word is waited for."""
SENTENCE_S = 6.0
"""Seconds in which a sentence is said."""
_LOOK_S = 0.15

NO_SOUND = "The microphone gives no sound now: it is muted, or broken. See: equerry status."

Lesson = Callable[[TeachWord | TeachVoice], Did | Unheard]
"""Learns at the microphone."""
AskFor = Callable[[list[dict[str, Any]], str], Mapping[str, Any]]
"""Carries out steps {"action", "slots"}, once under this id; a response as in device.control.wire."""


@dataclass(slots=True)
class WrittenSetup:
    """What is written, whether the appliance runs or not (part of device.guide.by_terminal.TerminalBody)."""

    settings: Settings
    ask_for: AskFor
    environ: Mapping[str, str]

    def here(self) -> Here:
        """As the settings say."""
        return here_of(self.settings, typed=True)

    def do(self, wanted: Do) -> Did:
        """As one command of the console."""
        try:
            told = self.ask_for([{"action": action, "slots": dict(slots)} for action, slots in wanted.steps], wanted.id)
        except ExpectedError as error:
            code = error.reason if isinstance(error, Declined) else error.code
            return Did(True) if code == DoneBefore.code else Did(False, str(error))
        outcomes = told["outcomes"]
        ok = all(outcome["ok"] or outcome["code"] in THERE for outcome in outcomes)
        return Did(ok, str(told["reply"]), any(outcome["code"] == "confirm" for outcome in outcomes))

    def tune(self, threshold: float) -> Did:
        """In the owner's file, where an appliance that runs sees it."""
        key = find("wake.threshold")
        try:
            done = Owned(self.environ, unmet).set(key, f"{threshold:g}")
        except ExpectedError as error:
            return Did(False, str(error))
        if done.over:
            return Did(False, f"{done.path} says so now, but {done.over} says otherwise, and is believed.")
        self.settings = self.settings.model_copy(
            update={"wake": self.settings.wake.model_copy(update={"threshold": threshold})}
        )
        return Did(True)

    def teach(self, _: TeachWord | TeachVoice) -> Did | Unheard:
        """Only where the microphone is free."""
        return Unheard(wording.MICROPHONE_HELD)


@dataclass(slots=True)
class RunningSetup(WrittenSetup):
    """The appliance runs: it is asked what it hears."""

    def here(self) -> Here:
        """As it is turned now."""
        told = self._heard()
        words = tuple(word.replace("_", " ") for word in told.get("wake_words", ()))
        return replace(
            here_of(self.settings, typed=True), wake_words=words, threshold=float(told.get("threshold", 0.5))
        )

    def listen(self) -> Woken | Missed | Unheard:
        """Until it hears its wake word."""
        before, until = self._heard(), time.monotonic() + WAKE_S
        while time.monotonic() < until:
            told = self._heard()
            if told.get("wakes", 0) > before.get("wakes", 0):
                return Woken(float(told["score"]))
            if told.get("level_dbfs") is None:
                return Unheard(NO_SOUND)
            time.sleep(_LOOK_S)
        return Missed(self._heard().get("near_misses", 0) > before.get("near_misses", 0))

    def measure(self) -> Measured | Unheard:
        """What it hears for a few seconds."""
        clipped, until = self._heard().get("clipped", 0), time.monotonic() + SENTENCE_S
        while time.monotonic() < until:
            if self._heard().get("level_dbfs") is None:
                return Unheard(NO_SOUND)
            time.sleep(_LOOK_S)
        told = self._heard()
        return loudness(told["recent_dbfs"], clipped=told["clipped"] > clipped)

    def _heard(self) -> Mapping[str, Any]:
        """Raises NotRunning, NoAnswer: then it ended meanwhile, and the guide ends, too."""
        told = accepted(request(self.settings.paths.data, {"request": "status"}, patience=10.0))
        found: Mapping[str, Any] = told.get("guide", {})
        return found


@dataclass(slots=True)
class RestingSetup(WrittenSetup):
    """The appliance does not run: the microphone is ours. Lessons are those of the command line."""

    lesson: Lesson

    def here(self) -> Here:
        """What can be learnt is so where its models are there."""
        settings = self.settings
        voice = False
        if is_there(settings, ENCODER):
            with suppress(ExpectedError, OSError):  # a damaged file is told elsewhere
                voice = not book_of(settings).read()
        word = is_there(settings, "openwakeword") and is_there(settings, settings.voice.model)
        return replace(here_of(settings, typed=True), teaches_word=word, teaches_voice=voice)

    def teach(self, wanted: TeachWord | TeachVoice) -> Did | Unheard:
        """With recordings, what is to be expected before, and what came of it."""
        return self.lesson(wanted)

    def listen(self) -> Woken | Missed | Unheard:
        """With an ear of our own."""
        try:
            wake = load_wake_alone(self.settings)
            with held(microphone := build_microphone(self.settings), self.settings.paths.data):
                for frame in iter(microphone.read, None):
                    if detection := wake.process(frame):
                        return Woken(detection.score)
                    if frame.end > WAKE_S:
                        break
        except ExpectedError as error:
            return Unheard(str(error))
        return Missed(sum(wake.near_misses.values()) > 0)

    def measure(self) -> Measured | Unheard:
        """For a few seconds."""
        try:
            with held(microphone := build_microphone(self.settings), self.settings.paths.data):
                heard = listened(microphone, SENTENCE_S)
        except ExpectedError as error:
            return Unheard(str(error))
        levels = [level_dbfs(frame.samples) for frame in heard]
        return loudness(levels, clipped=any(is_cut_off(frame.samples) for frame in heard))
