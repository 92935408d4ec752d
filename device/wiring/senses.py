"""What hears, speaks and shows, and the dials that turn it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from device.configuration.settings import Settings
from device.dials.base import Dial, Dials
from device.dials.kinds import DoNotDisturb, VolumeDial, WakeSensitivity, WakeSound, WakeWord
from device.hearing.again import Same
from device.hearing.ear import Ear
from device.hearing.listener import Listener
from device.hearing.read_ahead import ReadingAhead
from device.hearing.turn_end import Tell
from device.hearing.vote import Whole
from device.lights.projection import LightsProjection, Timers
from device.lights.thread import Dark, Lighting
from device.speaking.mouth import Mouth
from device.speaking.reply import Speaking
from device.speaking.volumes import SOUNDS, Volumes
from device.turn import events as on
from device.wiring.basis import model_folder
from device.wiring.body import Hardware
from device.wiring.commands import build_parser
from device.wiring.ear import Engines, build_ear
from device.wiring.mind import Mind
from firmware.base import Speaker
from firmware.sound.routed import RoutedSpeaker
from services.actions.base import Sound
from services.speech.base import Voice
from services.store.store import Store
from services.understanding.base import Risk
from services.understanding.completeness import Completeness, completeness
from services.wake.base import WakeDetector


@dataclass(frozen=True, slots=True)
class Senses:
    """Built by build_senses."""

    wake: WakeDetector | None
    listener: Listener
    speaking: Speaking
    mouth: Mouth
    ahead: ReadingAhead
    whole: Whole
    """Which sentences are commands, by the templates alone;…"""
    same: Same
    """…and which are the same one;…"""
    complete: Callable[[str], Completeness]
    """…and whether more is to come."""
    ear: Ear

    @property
    def near_misses(self) -> int:
        """Times that something was nearly the wake word, since the start."""
        return sum(self.wake.near_misses.values()) if self.wake else 0

    @property
    def level(self) -> float | None:
        """Of the microphone, dBFS."""
        return self.listener.level


def build_senses(
    settings: Settings, engines: Engines, voice: Voice, put: on.Emit, *, hardware: Hardware, mind: Mind
) -> Senses:
    """The ear knows the names that may be spoken, the mouth how loud it may be."""
    speaking = Speaking(voice, hardware.speaker)
    hints = partial(mind.directory.hints, known=mind.parser.words())
    quick = build_parser(settings, model=False, names=mind.directory.names, controls=mind.directory.controls)
    ahead = ReadingAhead(mind.parser.prepare, mind.foresee, speaking.make_ready)

    def complete(text: str) -> Completeness:
        return completeness(quick.parse(text, now=mind.clock.now()))

    def ending(text: str, confidence: float, tell: Tell) -> None:
        """Told at once where templates know the words by themselves, later where they need the model or what was said
        before, as a single word does that may be an answer. Either way it is understood ahead: second opinion and reply
        are there when the turn ends.
        """
        found = complete(text)
        tell(found)
        if mind.jobs.at_ease:
            ahead.foresee(text, confidence, tell if found in ("unsure", "unfinished") else _told_already)

    def whole(text: str) -> Risk | None:
        return quick.whole(text, now=mind.clock.now())

    def same(one: str, other: str) -> bool:
        return quick.same(one, other, now=mind.clock.now())

    ear = build_ear(
        settings,
        engines,
        put,
        hints=hints,
        whole=whole,
        same=same,
        ending=ending,
        speaking=speaking,
    )
    muted, volumes = hardware.mute.muted, mind.appliance.volumes
    listener = Listener(hardware.microphone, ear, put, silent_s=settings.microphone.silent_s, muted=muted)
    mouth = Mouth(
        speaking,
        put,
        earcons=settings.earcons.enabled,
        duck_db=settings.barge.duck_db,
        sounds=told_of_sounds(volumes, hardware.speaker),
    )
    return Senses(engines.wake, listener, speaking, mouth, ahead, whole, same, complete, ear)


def told_of_sounds(volumes: Volumes | None, speaker: Speaker) -> Callable[[Sound], None]:
    """To be told of what kind that is which sounds next: for its volume, and what rings is for the room, too."""

    def told(kind: Sound) -> None:
        if volumes:
            volumes.use(kind)
        if isinstance(speaker, RoutedSpeaker):
            speaker.rings = kind == "alarms"

    return told


def _told_already(_: Completeness) -> None:
    """By the templates."""


def build_dials(
    settings: Settings, store: Store, mind: Mind, senses: Senses, *, look: Callable[[], None] = lambda: None
) -> Dials:
    """All that this device has, turned as they were in the last run. `look` has main look at what is to be told."""

    def disturb(asked: tuple[datetime, datetime] | None) -> None:
        mind.calendar.disturb(asked)
        look()  # what waited for it is told now, not half a minute later

    dials: list[Dial] = [WakeSound(senses.mouth), DoNotDisturb(disturb, mind.clock.read)]
    if mind.appliance.volume is not None:
        dials += [VolumeDial(mind.appliance, sound) for sound in SOUNDS]
    if (wake := senses.wake) is not None:
        dials += [WakeSensitivity(wake), WakeWord(wake, wake_words(settings))]
    return Dials(store.path.with_name("dials.json"), dials)


def wake_words(settings: Settings) -> tuple[str, ...]:
    """Those that are installed. Raises ModelMissing, ModelCorrupt."""
    from services.wake.models import available

    return tuple(available(model_folder(settings, "openwakeword"), settings.paths.wake_words))


def build_shown(
    lights: Lighting | Dark, store: Store, mind: Mind, senses: Senses, *, newer: Callable[[], bool]
) -> LightsProjection:
    """What the daemon has its lights follow."""
    calendar, now = mind.calendar, mind.clock.now
    lights.voice = lambda: senses.level
    lights.direction = lambda: senses.listener.direction
    lights.sound = lambda: senses.speaking.level
    timers = Timers(store, now)
    following = LightsProjection(lights, quiet=lambda: calendar.quiet(now()), timer=timers, newer=newer)
    store.watch(timers.changed)
    store.watch(following.committed)
    return following
