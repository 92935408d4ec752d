"""Microphone, loudspeaker and voice, button, mute switch."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from device.buttons.thread import Buttons
from device.configuration.settings import RIGHT_CHANNEL, Settings
from device.hearing.mute import MuteMarker
from device.lights.thread import Dark, Lighting
from device.process.lacks import Lacking
from device.turn import events as on
from device.wiring.basis import check_models, model_folder, threads_of
from device.wiring.commands import build_parser
from device.wiring.ear import Engines, load_engines
from device.wiring.lights import build_board
from firmware.base import Button, Microphone, Speaker
from firmware.sound.shape import ArrayShape
from services.speech.base import Voice

if TYPE_CHECKING:
    from firmware.sound.echo_reference import EchoReference
    from firmware.sound.microphone import PyAudioMicrophone
    from firmware.sound.sides import OtherChannel


@dataclass(frozen=True, slots=True, kw_only=True)
class Hardware:
    """What it hears, speaks and shows with, and is pressed by."""

    microphone: Microphone
    speaker: Speaker
    lights: Lighting | Dark
    mute: MuteMarker
    buttons: Buttons | None = None
    lacking: Lacking = field(default_factory=Lacking)
    other: OtherChannel | None = None
    """The right channel of the microphone, where the other side of calls is on it."""


def build_other_channel(settings: Settings) -> OtherChannel | None:
    """What hands on the other side of calls, where that is on the microphone's right channel."""
    from firmware.sound.sides import OtherChannel

    return OtherChannel() if settings.calls.line == RIGHT_CHANNEL else None


def build_microphone(
    settings: Settings, reference: EchoReference | None = None, other: OtherChannel | None = None
) -> Microphone:
    """The live microphone, without what the loudspeaker plays where that is told; its right channel goes to `other`,
    if there is one. Raises BoardUnknown, BoardBroken.
    """
    microphone: Microphone
    if other:
        from firmware.sound.sides import SIDES, TwoSidedMicrophone

        microphone = TwoSidedMicrophone(open_microphone(settings, ArrayShape(SIDES, (0,))), other)
    else:
        microphone = open_microphone(settings, array_of(settings))
    if reference is None:
        return microphone
    from firmware.sound.echo_reference import EchoCancelledMicrophone

    return EchoCancelledMicrophone(microphone, reference)


def build_reference(settings: Settings) -> EchoReference | None:
    """What the loudspeaker plays, between it and the microphone; None: its echo is not cancelled."""
    from firmware.sound.echo_reference import EchoReference

    return EchoReference() if settings.microphone.cancel_echo else None


def array_of(settings: Settings) -> ArrayShape | None:
    """Which channels are listened to: the one of the settings, else those of the board; None: what the device gives
    when asked for one. Raises BoardUnknown, BoardBroken."""
    channel = settings.microphone.channel
    return ArrayShape(channel, (channel - 1,)) if channel else board_array(settings)


def board_array(settings: Settings) -> ArrayShape | None:
    """The channels of the board, where it has several. Raises BoardUnknown, BoardBroken."""
    there = build_board(settings)
    return there.microphone.shape if there and there.microphone.channels > 1 else None


def open_microphone(settings: Settings, array: ArrayShape | None) -> PyAudioMicrophone:
    """The live microphone with these channels."""
    from firmware.sound.microphone import PyAudioMicrophone

    return PyAudioMicrophone(settings.microphone.name or None, array=array, silence_s=settings.microphone.silent_s)


def build_speaker(settings: Settings, reference: EchoReference | None = None) -> Speaker:
    """The live loudspeaker, which tells here what it plays."""
    from firmware.sound.speaker import PyAudioSpeaker

    return PyAudioSpeaker(settings.speaker.name or None, volume=settings.speaker.volume, played=reference)


def build_voice(settings: Settings) -> Voice:
    """Piper behind its cache of recurring phrases."""
    from services.speech.voice.phrases import CachedVoice
    from services.speech.voice.piper import Piper

    wanted = settings.voice
    voice = Piper(model_folder(settings, wanted.model), speed=wanted.speed, threads=threads_of(wanted.threads))
    if not wanted.cache_mib:
        return voice
    return CachedVoice(voice, settings.paths.data / "phrases", limit_bytes=wanted.cache_mib * 2**20)


@contextmanager
def loading(settings: Settings) -> Iterator[tuple[Engines, Voice]]:
    """Ear and voice, loaded side by side (most is C code) while sentences are read. Raises what either raises."""
    # nearly all that is made now stays; garbage is looked for again once the daemon is warm
    # (device/wiring/appliance.py)
    check_models(settings, wake=True, voice=True)
    gc.disable()
    beside = ThreadPoolExecutor(2, thread_name_prefix="load")
    try:
        voice, ear = beside.submit(build_voice, settings), beside.submit(load_engines, settings)
        build_parser(settings, model=False)  # whoever builds the next one finds them read
        with ear.result() as engines:
            yield engines, voice.result()
    finally:
        beside.shutdown(wait=False, cancel_futures=True)  # who is told to end does not wait for what is loaded


def build_buttons(settings: Settings, put: on.Emit, lacking: Lacking) -> Buttons | None:
    """The talk buttons, if there are any that can be used: that of the settings, and that of the board where its pin is
    not taken. Raises BoardUnknown, BoardBroken."""
    there, wanted = build_board(settings), settings.button
    pins = [wanted.pin] if wanted.pin else []
    if there and there.button and there.button.pin not in (wanted.pin, wanted.mute_pin):
        pins.append(there.button.pin)
    if not pins:
        return None
    from firmware.gpio.button import GpioButton

    found: list[Button] = [button for pin in pins if (button := lacking.built("button", partial(GpioButton, pin)))]
    return Buttons(found, put) if found else None


def build_switch(settings: Settings, put: on.Emit, lacking: Lacking) -> Button | None:
    """The mute switch, if there is one that can be read."""
    if not settings.button.mute_pin:
        return None
    from firmware.gpio.button import GpioButton

    switch = lacking.built("mute switch", partial(GpioButton, settings.button.mute_pin))
    if switch:
        switch.watch(lambda: put(on.SwitchTurned(True)), lambda: put(on.SwitchTurned(False)))
    return switch


def mute_marker(settings: Settings, switch: Button | None = None) -> MuteMarker:
    """Whether this device was muted, also before a restart, or is switched off. Read after the switch is watched: no
    turn is lost. A switch that can't be read may well be closed: it counts as that."""
    switched_off = switch.down if switch else bool(settings.button.mute_pin)
    return MuteMarker(settings.paths.data / "muted", switched_off=switched_off)
