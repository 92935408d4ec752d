"""Whether one talker, heard by two microphones, is told from two who speak at once (device/satellites/likeness.py).

    python -m benchmarks.same_talker

Each command is spoken by several voices, and heard 1 m away and 3 to 4 m away in rooms that echo
(RT60 0.3 and 0.6 s), with noise 25 and 8 dB below it, up to 0.4 s later. Against that: two who begin their command in
the same moment, each before a microphone of their own: with other commands, with the very same
words, and, the worst, in one and the same voice, a little faster or slower, with other commands.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import numpy as np
from scipy.signal import fftconvolve

from benchmarks.acoustics.room import Room
from device.satellites.likeness import SAME, likeness, pattern
from firmware.frame import RATE, Samples
from tests.voices import pink_noise, turn

COMMANDS = (
    "add milk to the shopping list",
    "what time is it",
    "set a timer for ten minutes",
    "create a task to call the bank tomorrow",
    "what's on my calendar today",
    "remind me to water the plants at nine",
    "create a task to water the plants tomorrow",
    "add eggs to the shopping list",
)
VOICES = ("piper", "espeak:en-us+f2", "espeak:en-gb-x-rp+f3", "flite:rms")
ROOMS = (Room((4.0, 3.5, 2.5), 0.3), Room((6.0, 5.0, 2.5), 0.6))
SOURCE = (1.0, 1.2, 1.5)
NEAR, FAR = (2.0, 1.2, 1.2), (3.8, 3.2, 1.0)
_LEAD_S, _TAIL_S = 0.2, 0.4


def heard(sound: Samples, room: Room, at: tuple[float, float, float], snr_db: float, seed: int) -> Samples:
    """At a place of the room, with noise."""
    wet = fftconvolve(sound.astype(float), room.response(SOURCE, at, seed=seed))[: sound.size]
    wet *= 3000 / max(np.abs(wet).max(), 1)
    level = 20 * np.log10(np.sqrt(np.mean(wet**2)) / 32768)
    return np.clip(wet + pink_noise(sound.size, level - snr_db, seed), -32768, 32767).astype(np.int16)


def takes(voice: str) -> list[Samples]:
    """Each command, from its lead on."""
    return [turn(each, wake="", voice=voice, lead=_LEAD_S, tail=_TAIL_S) for each in COMMANDS]


def of_one(said: dict[str, list[Samples]]) -> Iterator[float]:
    """The same talker twice."""
    chance = np.random.default_rng(1)
    for voice, room in itertools.product(VOICES, ROOMS):
        for number, sound in enumerate(said[voice]):
            late, sooner = (round(chance.uniform(0, most) * RATE) for most in (0.4, 0.3))
            near = pattern(heard(sound, room, NEAR, 25.0, number))
            far = pattern(heard(sound, room, FAR, 8.0, number + 50)[sooner : sound.size - late])
            yield likeness(near, far)


def of_two(said: dict[str, list[Samples]], *, alike: bool) -> Iterator[float]:
    """Two who begin together; `alike`: with the same words."""
    for one, other in itertools.combinations(VOICES, 2):
        for first, second in itertools.product(range(len(COMMANDS)), repeat=2):
            if (first == second) == alike:
                a = pattern(heard(said[one][first], ROOMS[0], NEAR, 25.0, first))
                b = pattern(heard(said[other][second], ROOMS[1], NEAR, 20.0, second))
                yield likeness(a, b)


def in_one_voice() -> Iterator[float]:
    """Two of one voice, at two speeds, with other commands."""
    for (first, slow), (second, fast) in itertools.permutations(zip(COMMANDS, itertools.cycle((0.9, 1.0))), 2):
        one, other = (
            turn(each, wake="", speed=speed, lead=_LEAD_S, tail=_TAIL_S)
            for each, speed in ((first, slow), (second, fast))
        )
        yield likeness(pattern(one), pattern(other))


def shown(what: str, found: Sequence[float]) -> None:
    """One line."""
    over = sum(each >= SAME for each in found)
    low, middle, high = np.percentile(found, [0, 50, 100])
    print(f"{what:34} {len(found):4}  least {low:.2f}  median {middle:.2f}  most {high:.2f}  taken for one: {over}")


def main() -> None:
    """Print a line for each."""
    said = {voice: takes(voice) for voice in VOICES}
    shown("one talker, two microphones", [*of_one(said)])
    shown("two talkers, other commands", [*of_two(said, alike=False)])
    shown("one voice, other commands", [*in_one_voice()])
    shown("two talkers, the same words", [*of_two(said, alike=True)])


if __name__ == "__main__":
    main()
