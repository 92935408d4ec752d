"""Takes the appliance's own voice out of what its microphone hears. Pure: sound in, sound out.

A partitioned-block frequency-domain Kalman filter learns the way from the loudspeaker to the microphone and subtracts
what comes that way (Enzner and Vary, "Frequency-domain adaptive Kalman filter for acoustic echo control in hands-free
telephones", Signal Processing 86, 2006; Kuech, Mabande and Enzner, "State-space architecture of the partitioned-block-
based acoustic echo controller", ICASSP 2014). It is linear, and learns the less the more somebody else speaks: what
they say comes through unharmed, which a suppressor behind it would not do (docs/adr/0009).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from firmware.frame import Samples
from firmware.sound.resample import to_float, to_int16

_BLOCK = 320
"""Samples, 20 ms, after which it has learnt again. Shorter ones learn faster, at more work."""
REACH = 7_680
"""Samples, 0.48 s. Echoes later than this stay: buffers of the devices, the air, and a room that rings on."""
_PARTS = REACH // _BLOCK
_STAYS = 0.9995
"""How much of the way stays what it was from one block to the next: people move, and no two clocks are the same."""
_NEAR_SMOOTHED = 0.8
"""Of the power of what is not echo, how much comes from the blocks before."""
_UNKNOWN = 1.0
"""Variance of each bin of a part of the way while nothing is known of it; 1 is as loud as what was played."""
_QUIET = 1e-2
"""Power of what is not echo while nothing is known of it: all that is heard at first is learnt from."""
_SIZE_KEPT = 0.9995
"""How much of its greatest size each part of the way is believed to have a block later: 40 s of playing."""
_LEAST = 1e-4
"""Power of the whole way, -40 dB, under which it is not known at all."""
_PROVED = 0.5
"""Of the power of what was heard, so much may be left when the way, as it was known, has foreseen an echo for the first
time. Until then nothing is taken out: what was learnt while somebody spoke over a loudspeaker that the microphone does
not hear is no way, and would take their words for echo.
"""
_PROVED_SMOOTHED = 0.9
"""Of these powers, how much comes from the blocks before: 0.2 s."""
_FLOOR = 1e-12

Floats = npt.NDArray[np.float32]
_Spectra = npt.NDArray[np.complex64]


class EchoCanceller:
    """For one loudspeaker and one microphone; used by one thread."""

    def __init__(self) -> None:
        bins = _BLOCK + 1
        self._played: _Spectra = np.zeros((_PARTS, bins), np.complex64)
        """Spectra of the last blocks that were played, two blocks each, the newest first."""
        self._way: _Spectra = np.zeros((_PARTS, bins), np.complex64)
        """What becomes of each on its way."""
        self._doubt: Floats = np.full((_PARTS, bins), _UNKNOWN, np.float32)
        """The variance of that."""
        self._size: Floats = np.zeros((_PARTS, bins), np.float32)
        """The power that it has, and had before."""
        self._near: Floats = np.full(bins, _QUIET, np.float32)
        """The power of what is not echo."""
        self._heard_power = self._rest_power = 0.0
        """Of the last blocks, before and after what was foreseen is taken out."""
        self._proved = False
        """An echo was foreseen."""
        self._before: Floats = np.zeros(_BLOCK, np.float32)
        self._silent = _PARTS
        """Blocks since something was played; from _PARTS on no echo can come."""

    def process(self, heard: Samples, played: Floats) -> Samples:
        """What was heard, shape (n,), without what was played, shape (n,), full scale 1.0, in the same time or up to
        0.48 s before. n is a multiple of 320. Where nothing was played it comes back as it is.
        """
        if self._silent >= _PARTS and not played.any():
            return heard
        sound = to_float(heard)
        blocks = [self._block(sound[at : at + _BLOCK], played[at : at + _BLOCK]) for at in range(0, sound.size, _BLOCK)]
        return to_int16(np.concatenate(blocks))

    def relearn(self, played: Floats) -> None:
        """The way may be another one now, as great as it was: what was learnt is where it begins, and is held for
        nothing sure. `played`: in the last 0.48 s, shape (7680,), as it is known now.
        """
        self.remember(played)
        around = self._size.copy()
        around[1:] += self._size[:-1]
        around[:-1] += self._size[1:]
        # No greater than it may be: somebody who speaks just now would be taken for echo, and taken out.
        known = float(self._size.sum(axis=0).mean()) > _LEAST
        self._doubt = np.maximum(self._doubt, around if known else _UNKNOWN)

    def remember(self, played: Floats) -> None:
        """This was played in the last 0.48 s, shape (7680,), rather than what was told before."""
        blocks = played.reshape(_PARTS, _BLOCK)
        before = np.concatenate((np.zeros((1, _BLOCK), np.float32), blocks[:-1]))
        self._played[:] = np.fft.rfft(np.concatenate((before, blocks), axis=1), axis=1)[::-1]
        self._before = blocks[-1]
        self._silent = 0 if played.any() else _PARTS

    def _block(self, heard: Floats, played: Floats) -> Floats:
        self._silent = 0 if played.any() else self._silent + 1
        if self._silent > _PARTS:
            return heard
        self._played[1:] = self._played[:-1]
        self._played[0] = np.fft.rfft(np.concatenate((self._before, played)))
        self._before = played
        rest = heard - self._echo()
        self._learn(rest)
        self._heard_power = _smoothed(self._heard_power, heard)
        self._rest_power = _smoothed(self._rest_power, rest)
        self._proved |= self._rest_power <= _PROVED * self._heard_power
        if not self._proved:
            return heard
        # What was learnt of this very block serves it, too: much is gained while the way is not well known yet.
        return heard - self._echo()

    def _echo(self) -> Floats:
        both = np.fft.irfft((self._played * self._way).sum(axis=0))
        return both[_BLOCK:].astype(np.float32)

    def _learn(self, rest: Floats) -> None:
        """One step of the Kalman filter; `rest` is what the way as it was known did not foresee."""
        unforeseen = np.fft.rfft(np.concatenate((np.zeros(_BLOCK, np.float32), rest)))
        now = (np.abs(unforeseen) ** 2).astype(np.float32)
        self._near = (_NEAR_SMOOTHED * self._near + (1 - _NEAR_SMOOTHED) * now).astype(np.float32)
        loud = np.abs(self._played) ** 2
        doubt = _STAYS**2 * self._doubt + (1 - _STAYS**2) * np.abs(self._way) ** 2
        # Half: of two blocks that each spectrum is of, one is kept (overlap-save).
        gain = doubt / (0.5 * (doubt * loud).sum(axis=0) + self._near + _FLOOR)
        step = np.fft.irfft(gain * np.conj(self._played) * unforeseen, axis=1)
        step[:, _BLOCK:] = 0.0
        self._way = (_STAYS * (self._way + np.fft.rfft(step, axis=1))).astype(np.complex64)
        self._size = np.maximum(_SIZE_KEPT * self._size, np.abs(self._way) ** 2).astype(np.float32)
        self._doubt = np.maximum(doubt * (1.0 - 0.5 * gain * loud), _FLOOR).astype(np.float32)


def _smoothed(before: float, sound: Floats) -> float:
    return _PROVED_SMOOTHED * before + (1 - _PROVED_SMOOTHED) * float(np.square(sound).mean())
