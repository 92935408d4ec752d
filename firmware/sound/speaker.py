"""The loudspeaker through PyAudio."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pyaudio

from firmware.base import LONGEST_DUCK, SpeakerLost, SpeakerMissing
from firmware.frame import Samples
from firmware.sound import portaudio
from firmware.sound.echo_reference import EchoReference
from firmware.sound.portaudio import Layout, SoundDevice
from firmware.sound.resample import resampled

log = logging.getLogger(__name__)

_CHUNK = 0.03
"""Seconds the device takes at a time; it holds four. Less makes gaps on a busy machine, more adds delay."""
_TAIL = 0.04
"""Seconds of silence beyond the device's buffer after which all counts as heard; sound servers buffer a little."""
_STUCK = 3.0
"""Seconds in which a device that takes nothing counts as lost; sound servers may pause for two."""
_RAMP = 0.005
"""Seconds over which it becomes louder or quieter: at once to the ear, and no click."""
_LONGEST_BUFFER = 2.0
"""Seconds; a device that tells of more tells nothing of use."""
_NOTHING: Samples = np.zeros(0, np.int16)


class SpeakerBusy(SpeakerMissing):
    """The loudspeaker {name} can't be opened ({reason}). Another program may hold it; the next reply tries it again."""

    code = "speaker.busy"


class OutputMissing(SpeakerMissing):
    """The output device {name} is not there. Plug it in, or name another one: {names}."""

    code = "speaker.named"


class PyAudioSpeaker:
    """A loudspeaker (firmware.base.Speaker) by (part of) its device name, else the system's default one.

    The device is opened by the first `play` and given back by `drain`, `stop` and `close`, so that one that went away
    is found again. PortAudio's thread asks for the next chunk whether there is sound or not: a slow synthesizer makes a
    pause, never an underrun.
    """

    def __init__(
        self,
        name: str | None,
        *,
        volume: float = 1.0,
        played: EchoReference | None = None,
        only: bool = False,
        left: bool = False,
    ) -> None:
        """`played`: is told what its device takes, for the microphone that hears it. `only`: no other device will do.
        `left`: it is opened with two channels, of which the right one is silent.
        """
        self._wanted = name
        self._only, self._left = only, left
        self._played = played
        self.name = name or "default"
        self.volume = volume
        """0…1; a change is heard within a tenth of a second."""
        self._door = threading.Lock()
        """Held while the device is opened or closed."""
        self._changed = threading.Condition()
        """Guards the two counts below; the device's thread holds it for microseconds."""
        self._rest = _NOTHING
        """What the device has not taken yet."""
        self._quiet = 0
        """Samples of silence it has taken since."""
        self._stream: Any = None
        self._rate = 0
        self._latency = 0.0
        self._halted = False
        self._duck = 1.0
        """What is played is multiplied by this…"""
        self._ducked = 0
        """…for so many samples yet."""
        self._gain = min(1.0, max(0.0, volume))
        """Of the last sample that the device took."""

    def play(self, samples: Samples, rate: int) -> bool:
        self._halted = False
        with self._door:
            if self._stream is None:
                self._open(rate)
        sound = resampled(samples, rate, self._rate)
        with self._changed:
            self._rest = _NOTHING if self._halted else sound
        return self._until(lambda: self._rest.size == 0)

    def drain(self) -> bool:
        """Wait until all was heard, then give the device back. False after a `stop`. Raises SpeakerLost."""
        # Once it has taken as much silence as it can hold, the sound before that has left.
        beyond = (self._latency + _TAIL) * self._rate
        heard = self._until(lambda: self._stream is None or self._quiet >= beyond)
        self._close()
        return heard

    def stop(self) -> None:
        self._halted = True
        with self._changed:
            self._rest = _NOTHING
            self._ducked = 0
            self._changed.notify_all()
        self._close(early=True)

    def duck(self, db: float) -> None:
        with self._changed:
            self._duck = 10.0 ** (-abs(db) / 20.0)
            self._ducked = round(LONGEST_DUCK * self._rate) if db else 0

    def close(self) -> None:
        self.stop()

    def _until(self, done: Callable[[], bool]) -> bool:
        """Wait for the device to take what it shall; False after a stop."""
        with self._changed:
            while not self._halted and not done():
                if not self._changed.wait(_STUCK):
                    break
            else:
                return not self._halted
        self._close(early=True)
        raise SpeakerLost(name=self.name)

    def _take(self, count: int) -> Samples:
        """The next `count` samples for the device's thread, filled up with silence."""
        with self._changed:
            chunk, self._rest = self._rest[:count], self._rest[count:]
            self._quiet = 0 if chunk.size else self._quiet + count
            gain = min(1.0, max(0.0, self.volume)) * (self._duck if self._ducked > 0 else 1.0)
            self._ducked -= count
            self._changed.notify_all()
        sound = np.zeros(count, np.int16)
        sound[: chunk.size] = chunk * self._towards(gain, count)[: chunk.size]
        return sound

    def _towards(self, gain: float, count: int) -> npt.NDArray[np.float32]:
        """From the gain of the last sample to this one in a few milliseconds: the gains of the next `count` samples."""
        gains = np.full(count, gain, np.float32)
        if gain != self._gain:
            ramp = gains[: max(1, round(_RAMP * self._rate))]
            ramp[:] = np.linspace(self._gain, gain, ramp.size + 1)[1:]
            self._gain = gain
        return gains

    def _open(self, rate: int) -> None:
        def feeder(layout: Layout) -> portaudio.Callback:
            if self._played:
                self._played.begin(layout.rate)

            def feed(_data: None, count: int, times: dict[str, float], _status: int) -> tuple[bytes, int]:
                sound = self._take(count)
                if self._played:
                    ahead = times["output_buffer_dac_time"] - times["current_time"]
                    self._played.put(sound, ahead if 0.0 < ahead < _LONGEST_BUFFER else 0.0)
                if self._left:
                    return np.stack((sound, np.zeros_like(sound)), axis=1).tobytes(), pyaudio.paContinue
                return np.repeat(sound, layout.channels).tobytes(), pyaudio.paContinue

            return feed

        portaudio.enter()
        try:
            device = self._find()
            counts = (2,) if self._left else (1, 2)
            layouts = [Layout(r, channels) for channels in counts for r in dict.fromkeys((rate, device.rate))]
            try:
                stream, layout = portaudio.open_stream(device, "output", layouts, _CHUNK, feeder)
            except OSError as refusal:
                raise SpeakerBusy(name=device.name, reason=refusal) from refusal
        except SpeakerMissing:
            portaudio.leave()
            raise
        self._stream, self._rate, self._latency, self.name = (
            stream,
            layout.rate,
            stream.get_output_latency(),
            device.name,
        )

    def _find(self) -> SoundDevice:
        device = portaudio.find("output", self._wanted, instead=not self._only)
        if device is None and self._only:
            raise OutputMissing(name=self._wanted, names=portaudio.names_found("output"))
        if device is None:
            raise SpeakerMissing(names=portaudio.names_found("output"))
        return device

    def _close(self, *, early: bool = False) -> None:
        with self._door:
            if self._stream is not None:
                portaudio.close_stream(self._stream)
                self._stream = None
                portaudio.leave()
                if early and self._played:
                    self._played.cut()


def output_names() -> list[str]:
    """The names one may write into [speaker] name."""
    return portaudio.names("output")
