"""A microphone array → one channel, and where the voice comes from. Pure: sound in, sound out; time is that of the
samples.

The direction is found by SRP-PHAT (DiBiase, "A high-accuracy, low-latency technique for talker localization in
reverberant environments", PhD thesis, Brown University 2000): for each direction on a grid, how well the phases of all
pairs of microphones fit (GCC-PHAT: Knapp and Carter, "The generalized correlation method for estimation of time delay",
IEEE Trans. ASSP 24, 1976). Then the channels are delayed so that what comes from there adds up (delay and sum): noise
that each microphone has of its own falls by 10·log10(channels) dB, noise of the room by less, and nothing by more.
Until a direction was found, and where the places of the microphones are not known, one channel is taken.
"""

from __future__ import annotations

import logging
import math

import numpy as np
import numpy.typing as npt

from firmware.frame import Frame
from firmware.sound.resample import Block, Framer
from firmware.sound.shape import ArrayShape

log = logging.getLogger(__name__)

SOUND = 343.0
"""Metres a second, at 20 °C."""

Floats = npt.NDArray[np.float32]

_WINDOW_S = 0.032
"""Of one spectrum; as many bins at any rate."""
_LOW, _HIGH = 300.0, 4000.0
"""Hz of the bins used: below, waves are too long for so small an array; above, there is little voice."""
_AZIMUTHS, _ELEVATIONS = range(0, 360, 10), (0.0, 30.0, 60.0)
"""Degrees. Who stands at a desk speaks from above: the delays are shorter then."""
_RISE = 6.0
"""dB over the floor from which a block is looked at."""
_FLOOR_RISE = 1.0
"""dB in a second by which the floor rises; it falls at once."""
_MEMORY_S = 0.2
"""Within this what was heard before counts e times less."""
_SURE = 0.25
"""Coherence from which a direction is believed: 0 is noise, 1 one source and no room."""
_BETTER = 0.03
"""By so much another direction must fit better than the one that is kept."""
_FRESH_S = 3.0
"""A direction in which nothing was heard for so long is not told any more."""
_REACH = 8
"""Samples on either side of a delayed one that it is made of (windowed sinc)."""
_DEAD_S = 2.0
"""A channel that gives one value for so long is dead,…"""
_DEAF = 26.0
"""…and so is one that is so many dB softer than the middle one of all."""


class MicrophoneArray:
    """Takes blocks of any size of all channels, gives one channel. Used by one thread; any may read `direction`."""

    def __init__(self, shape: ArrayShape, rate: int) -> None:
        """`rate`: samples a second, of what comes and of what is given."""
        self._shape = shape
        self._rate = rate
        self._health = ChannelHealth(len(shape.voice))
        self._live = tuple(range(len(shape.voice)))
        self._steering = self._steer()
        reach = max((math.hypot(*place) for place in shape.places), default=0.0)
        self._latency = _REACH + math.ceil(reach / SOUND * rate) if len(shape.places) > 1 else 0
        self._taps = self._picked()
        self._past = np.zeros((2 * self._latency, len(shape.voice)), np.float32)
        self._heard = np.zeros((0, len(shape.voice)), np.float32)
        self._age = math.inf
        self.direction: float | None = None
        """Where the voice comes from: degrees clockwise, 0 at the first light; None where it is unknown."""

    @property
    def silent(self) -> tuple[int, ...]:
        """Channels that are left out, counted from 0."""
        return tuple(channel for index, channel in enumerate(self._shape.voice) if index not in self._live)

    def process(self, block: Block) -> Floats:
        """The next samples, shape (n, channels), int16, as one channel, shape (n,), full scale 1.0."""
        sound = block[:, self._shape.voice].astype(np.float32) / np.float32(32_768.0)
        self._heard = sound
        seconds = len(block) / self._rate
        wanted = self._taps
        if (live := self._health.judge(sound, seconds)) != self._live:
            self._change(live)
            wanted = self._picked()
        self._age += seconds
        if self._steering is not None:
            if self._steering.hear(sound[:, self._live], seconds):
                wanted = self._aimed(self._steering)
                self._age = 0.0
            self.direction = self._steering.azimuth if self._age < _FRESH_S else None
        return self._summed(sound, wanted)

    @property
    def each(self) -> Floats:
        """The samples that `process` took last as each microphone heard them, shape (n, microphones), full scale 1.0;
        zeros from one that is dead.
        """
        found = np.zeros_like(self._heard)
        found[:, self._live] = self._heard[:, self._live]
        return found

    def _change(self, live: tuple[int, ...]) -> None:
        """Other channels live than before."""
        told = [str(self._shape.voice[index] + 1) for index in self._live if index not in live]
        if told:
            log.warning("channel %s of the microphone array is dead; doing without", " and ".join(told))
        else:
            log.info("channels of the microphone array that were dead live again")
        self._live = live
        self._steering = self._steer()
        self._age = math.inf
        self.direction = None

    def _steer(self) -> Steering | None:
        places = [self._shape.places[index] for index in self._live] if self._shape.places else []
        return Steering(np.array(places), self._rate) if len(places) > 1 else None

    def _picked(self) -> Floats:
        """One channel alone."""
        taps = np.zeros((len(self._shape.voice), 2 * self._latency + 1), np.float32)
        taps[self._live[0], self._latency] = 1.0
        return taps

    def _aimed(self, steering: Steering) -> Floats:
        """What comes from there adds up: each channel is moved by how much later it has heard it than the middle."""
        taps = np.zeros((len(self._shape.voice), 2 * self._latency + 1), np.float32)
        for index, late in zip(self._live, steering.delays, strict=True):
            taps[index] = delayed(self._latency - late * self._rate, 2 * self._latency + 1) / len(self._live)
        return taps

    def _summed(self, sound: Floats, wanted: Floats) -> Floats:
        """Filters the channels and sums them; glides from the old taps to the new over the block, so that nothing
        clicks.
        """
        whole = np.concatenate((self._past, sound))
        self._past = whole[len(sound) :]
        now = _through(whole, self._taps)
        if not np.array_equal(wanted, self._taps):
            share = np.linspace(0.0, 1.0, len(sound), dtype=np.float32)
            now += share * (_through(whole, wanted) - now)
            self._taps = wanted
        return now


class ArrayFramer:
    """Frames of what all microphones give: what the array makes of it, and, of several, each by itself."""

    def __init__(self, shape: ArrayShape, rate: int, *, first: int = 0) -> None:
        """As MicrophoneArray and Framer."""
        self.array = MicrophoneArray(shape, rate)
        microphones = len(shape.voice) if len(shape.voice) > 1 else 0
        self._each = microphones > 0
        self._framer = Framer(rate, first=first, microphones=microphones)

    @property
    def index(self) -> int:
        """Of the next frame."""
        return self._framer.index

    def process(self, block: Block) -> list[Frame]:
        """Take the next samples, shape (n, channels), int16; the frames they complete."""
        one = self.array.process(block)
        return self._framer.process(np.column_stack((one, self.array.each)) if self._each else one)

    def finish(self) -> list[Frame]:
        """As Framer."""
        return self._framer.finish()


def _through(whole: Floats, taps: Floats) -> Floats:
    used = [channel for channel in range(len(taps)) if taps[channel].any()]
    parts = [np.convolve(whole[:, channel], taps[channel], "valid") for channel in used]
    total: Floats = np.sum(parts, axis=0, dtype=np.float32)
    return total


def delayed(samples: float, length: int) -> Floats:
    """Taps of this length that delay by so many samples, fractions too: a sinc under a Hann window (Laakso et al.,
    "Splitting the unit delay", IEEE Signal Processing Magazine 13, 1996).
    """
    offset = np.arange(length) - samples
    window = np.where(np.abs(offset) < _REACH, 0.5 + 0.5 * np.cos(np.pi * offset / _REACH), 0.0)
    taps = np.sinc(offset) * window
    found: Floats = (taps / taps.sum()).astype(np.float32)
    return found


class Steering:
    """Where the voice comes from, of microphones at known places."""

    def __init__(self, places: npt.NDArray[np.float64], rate: int) -> None:
        """`places`: metres, shape (microphones, 2), at least two."""
        self._size = round(rate * _WINDOW_S)
        self._window = np.hanning(self._size).astype(np.float32)[:, None]
        hertz = np.fft.rfftfreq(self._size, 1 / rate)
        self._bins = np.flatnonzero((hertz >= _LOW) & (hertz <= _HIGH))
        self._first, self._second = np.triu_indices(len(places), 1)
        azimuths = np.radians([*np.tile(_AZIMUTHS, len(_ELEVATIONS)), 0.0])
        level = np.cos(
            np.radians([*np.repeat(_ELEVATIONS, len(_AZIMUTHS)), 90.0])
        )  # the last is straight above: no delays at all
        towards = np.stack((np.cos(azimuths) * level, np.sin(azimuths) * level), axis=1)
        self._late = -(towards @ places.T) / SOUND
        """Seconds by which each microphone hears it after the middle, shape (directions, microphones)."""
        between = self._late[:, self._first] - self._late[:, self._second]
        turned = np.exp(2j * np.pi * between[:, :, None] * hertz[self._bins])
        self._fits = turned.reshape(len(towards), -1).astype(np.complex64)
        self._flat = np.linalg.matrix_rank(places - places.mean(axis=0), tol=1e-4) < 2
        self._floor: float | None = None
        self._noise = np.zeros(len(self._bins), np.float32)
        self._phases = np.zeros((len(self._first), len(self._bins)), np.complex64)
        self._weights = np.zeros(len(self._bins), np.float32)
        self._chosen: int | None = None
        self.fit = 0.0
        """How well the direction fits that fits best: 0 is noise, 1 one source and no room."""

    @property
    def delays(self) -> npt.NDArray[np.float64]:
        """Seconds by which each microphone hears the voice after their middle; negative: before. Valid once `hear` was
        True.
        """
        assert self._chosen is not None
        found: npt.NDArray[np.float64] = self._late[self._chosen]
        return found

    @property
    def azimuth(self) -> float | None:
        """Degrees; None where unknown, from straight above, and for microphones in a line, which can't tell front from
        back.
        """
        if self._chosen is None or self._flat or self._chosen == len(self._late) - 1:
            return None
        return float(_AZIMUTHS[self._chosen % len(_AZIMUTHS)])

    def hear(self, sound: Floats, seconds: float) -> bool:
        """Take the next samples, shape (n, microphones); True when they came from `azimuth` for sure."""
        if len(sound) < self._size:
            return False
        spectra = self._spectra(sound)
        power = np.mean(np.abs(spectra) ** 2, axis=(0, 1)).astype(np.float32)
        if not self._loud(float(np.mean(sound * sound)), seconds):
            self._noise += np.float32(min(1.0, seconds / 1.0)) * (power - self._noise)
            return False
        self._remember(spectra, power, seconds)
        scores = (self._fits @ self._phases.ravel()).real / max(1e-9, float(self._weights.sum()) * len(self._first))
        best = int(np.argmax(scores))
        self.fit = float(scores[best])
        if self.fit < _SURE:
            return False
        if self._chosen is None or scores[best] > scores[self._chosen] + _BETTER:
            self._chosen = best
        return True

    def _spectra(self, sound: Floats) -> npt.NDArray[np.complex64]:
        """Of windows that overlap by half, shape (windows, microphones, bins)."""
        starts = range(0, len(sound) - self._size + 1, self._size // 2)
        windows = np.stack([sound[start : start + self._size] * self._window for start in starts])
        return np.fft.rfft(windows, axis=1)[:, self._bins].transpose(0, 2, 1).astype(np.complex64)

    def _loud(self, power: float, seconds: float) -> bool:
        level = 10.0 * math.log10(power + 1e-12)
        if self._floor is None or level < self._floor:
            self._floor = level
        loud = level > self._floor + _RISE
        self._floor += _FLOOR_RISE * seconds
        return loud

    def _remember(self, spectra: npt.NDArray[np.complex64], power: Floats, seconds: float) -> None:
        """Phases between the microphones, each bin weighted by how far it is out of the noise."""
        both = spectra[:, self._first] * spectra[:, self._second].conj()
        phases = np.mean(both / np.maximum(np.abs(both), 1e-20), axis=0)
        weights = np.maximum(0.0, 1.0 - 2.0 * self._noise / np.maximum(power, 1e-20)).astype(np.float32)
        fading = np.float32(math.exp(-seconds / _MEMORY_S))
        self._phases = (fading * self._phases + weights * phases).astype(np.complex64)
        self._weights = fading * self._weights + weights


class ChannelHealth:
    """Which channels live. One that gives nothing, or far less than the others, would only take from the sum."""

    def __init__(self, count: int) -> None:
        self._still = np.zeros(count)
        """Seconds for which each has given one value."""
        self._last = np.zeros(count, np.float32)
        self._power: npt.NDArray[np.float64] | None = None
        self._heard = 0.0

    def judge(self, sound: Floats, seconds: float) -> tuple[int, ...]:
        """Take the next samples, shape (n, channels); the channels that live, counted from 0; all where none does, for
        the listener notices silence itself.
        """
        if not len(sound):
            return tuple(range(len(self._still)))
        moves = np.any(sound != self._last, axis=0)
        self._still = np.where(moves, 0.0, self._still + seconds)
        self._last = sound[-1]
        power = np.mean(np.square(sound - sound.mean(axis=0), dtype=np.float64), axis=0)
        share = min(1.0, seconds / _DEAD_S)
        self._power = power if self._power is None else self._power + share * (power - self._power)
        self._heard += seconds
        level = 10.0 * np.log10(self._power + 1e-12)
        deaf = level < np.median(level) - _DEAF if self._heard >= _DEAD_S else np.zeros(len(level), bool)
        live = np.flatnonzero((self._still < _DEAD_S) & ~deaf)
        return tuple(map(int, live)) or tuple(range(len(self._still)))
