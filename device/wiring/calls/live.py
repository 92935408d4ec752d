"""Calls as they go on: from the settings to what hears both sides, whispers and follows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from device.calls.known import planned_minutes
from device.calls.live.asides import Asides
from device.calls.live.base import NoRightChannel
from device.calls.live.calls import LiveCalls
from device.calls.live.devices import found_ear, found_line, found_line_speaker
from device.calls.live.following import CallParts, LiveCall
from device.calls.live.services import CallServices, Tap
from device.calls.live.sides import SideSound
from device.calls.live.table import TableVoices
from device.calls.live.words import CallWords, Whose, named_as
from device.calls.record import Opening, Recording
from device.configuration.settings import RIGHT_CHANNEL, TABLE, CallSettings, Settings
from device.turn import events as on
from device.turn.reactor import CLIENT
from device.wiring.body import Hardware
from device.wiring.calls.rules import CallRules, build_call_rules, build_call_setup, call_hints
from device.wiring.ear import Engines, load_vad
from device.wiring.mind import Mind
from device.wiring.senses import Senses
from device.wyoming.turns import EngineTurns
from firmware.base import Microphone, Speaker
from firmware.errors import ExpectedError
from firmware.sound import portaudio
from firmware.sound.apart import ApartMicrophone
from firmware.sound.routed import RoutedSpeaker
from firmware.sound.sides import OtherChannel
from firmware.sound.speaker import PyAudioSpeaker
from services.actions.policy.roles import OWNER
from services.actions.policy.voices import VoiceClient
from services.calls.base import SIDES, Side
from services.calls.call import FollowedCall
from services.store.store import Store

_YOU = "You"
Names = Callable[[portaudio.Direction], Sequence[portaudio.SoundDevice]]


def build_ear(settings: Settings) -> Speaker | None:
    """The owner's ear; None where there is none. It is that device or nothing: no other one is taken for it."""
    wanted = settings.calls
    return PyAudioSpeaker(wanted.ear_device, only=True, left=wanted.left) if wanted.ear else None


def with_ear(hardware: Hardware, ear: Speaker | None) -> Hardware:
    """Its loudspeaker may be told to play into the ear."""
    return replace(hardware, speaker=RoutedSpeaker(hardware.speaker, ear)) if ear else hardware


def devices(direction: portaudio.Direction) -> Sequence[portaudio.SoundDevice]:
    """All that PortAudio knows: while a microphone is open, those that were there when it was opened."""
    portaudio.enter()
    try:
        return portaudio.devices(direction)
    finally:
        portaudio.leave()


class DeviceSounds:
    """The devices of `[calls]` (device.calls.live.services.CallSounds)."""

    def __init__(
        self, settings: Settings, senses: Senses, hardware: Hardware, names: Names = devices, *, ear: Speaker | None
    ) -> None:
        """`hardware`: with the ear. `names` finds devices."""
        self._wanted: CallSettings = settings.calls
        self._settings = settings
        self._listener = senses.listener
        self._speaker = hardware.speaker
        self._other: OtherChannel | None = hardware.other
        self._names = names
        self.private = ear is not None
        self.sides: tuple[Side, ...] = ("other",) if self._wanted.line == TABLE else SIDES

    def lacking(self) -> str:
        """A sentence."""
        try:
            self._check_line()
            self._check_ear()
            if self._wanted.announce and self._wanted.line_speaker:
                found_line_speaker(self._wanted.line_speaker, self._there("output"))
        except ExpectedError as error:
            return str(error)
        return ""

    def listen(self, owner: Tap, other: Tap) -> Microphone | None:
        self._listener.tap = owner
        if self._wanted.line == TABLE:
            return None
        if self._other:
            self._other.tell = other
            return None
        return ApartMicrophone(self._wanted.line)

    def leave(self) -> None:
        self._listener.tap = None
        if self._other:
            self._other.tell = None

    def to_ear(self, private: bool) -> None:
        if isinstance(self._speaker, RoutedSpeaker):
            self._speaker.to_ear = private

    def _check_line(self) -> None:
        line = self._wanted.line
        if self._other and not self._other.there:
            raise NoRightChannel
        if line in (RIGHT_CHANNEL, TABLE):
            return
        found_line(line, self._there("input"), microphone=self._settings.microphone.name)

    def _check_ear(self) -> None:
        wanted, loud = self._wanted, self._settings.speaker.name
        if not wanted.ear:
            return
        heard_by_all = (loud, wanted.line_speaker)
        found_ear(wanted.ear_device, self._there("output"), heard_by_all=heard_by_all, left=wanted.left)

    def _there(self, direction: portaudio.Direction) -> list[str]:
        return [each.name for each in self._names(direction)]


def build_live_calls(
    settings: Settings,
    store: Store,
    engines: Engines,
    put: on.Emit,
    *,
    mind: Mind,
    senses: Senses,
    hardware: Hardware,
    ear: Speaker | None,
    turns: EngineTurns,
    look: Callable[[], None],
) -> LiveCalls | None:
    """`look` has the lights looked at. None where `[calls] line` names nothing that hears the other side."""
    wanted = settings.calls
    if not wanted.line:
        return None
    line = PyAudioSpeaker(wanted.line_speaker, only=True) if wanted.line_speaker else hardware.speaker
    asides = Asides(senses.speaking.voice, ear=ear, line=line, whisper_volume=wanted.whisper_volume)
    senses.mouth.aside = asides.utter
    services = CallServices(
        sounds=DeviceSounds(settings, senses, hardware, ear=ear),
        make=CallMaker(settings, store, engines, mind, turns, put, asides),
        aside=senses.mouth.take,
        announce=wanted.announce,
        put=put,
        look=look,
        hush=asides.hush,
        close=asides.close,
    )
    calls = LiveCalls(services)
    mind.appliance.calls = calls
    return calls


@dataclass(frozen=True, slots=True)
class CallMaker:
    """Makes what one call is followed with."""

    settings: Settings
    store: Store
    engines: Engines
    mind: Mind
    turns: EngineTurns
    put: on.Emit
    asides: Asides

    def __call__(self, who: str, live: LiveCalls, clock: Callable[[], float]) -> LiveCall:
        """A call with somebody. Raises PackUnknown, CallRulesBroken, ModelMissing, ModelCorrupt."""
        settings, began = self.settings, self.mind.clock.now()
        names: dict[Side, str] = {"owner": _YOU, "other": who}
        rules = build_call_rules(settings)
        if live.private:
            self._make_ready(rules, who)
        sides: tuple[Side, ...] = ("other",) if settings.calls.line == TABLE else SIDES
        planned = planned_minutes(self.store, who, began)
        setup = build_call_setup(settings, rules, self.store, began=began, names=names, planned_minutes=planned)
        opening = Opening(who, began, planned, settings.calls.transcript)
        parts = CallParts(
            who=who,
            followed=FollowedCall(setup),
            sides={side: SideSound(load_vad(settings)) for side in sides},
            words=self._words(names, live),
            open_record=partial(Recording, self.store, opening),
            refresh=rules.refresh,
            tell=live.tell,
            whisper=live.whisper,
            ready=self.asides.make_ready if live.private else lambda _: None,
        )
        return LiveCall(parts, clock)

    def _words(self, names: Mapping[Side, str], live: LiveCalls) -> CallWords:
        return CallWords(
            self.engines.finals,
            call_hints(self.settings, self.store),
            self.turns,
            self._whose(names),
            live.heard,
            crashed=lambda bug: self.put(on.Crashed(bug)),
        )

    def _whose(self, names: Mapping[Side, str]) -> Whose:
        recogniser = self.engines.recogniser
        if recogniser is None or self.settings.calls.line != TABLE:
            return named_as(names)
        return TableVoices(recogniser, self._is_owner, names)

    def _is_owner(self, name: str) -> bool:
        return self.mind.policy.identity(VoiceClient(CLIENT, name).caller).role == OWNER

    def _make_ready(self, rules: CallRules, who: str) -> None:
        """What triggers whisper whatever was said."""
        for trigger in rules.triggers():
            words = trigger.whisper.replace("{who}", who.split(maxsplit=1)[0])
            if words and "{" not in words:
                self.asides.make_ready(words)
