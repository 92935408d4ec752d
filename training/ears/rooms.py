"""Rooms to hear through: simulated impulse responses from a mouth, and from a source of noise, to microphones.

    python -m training.ears.rooms --out FILE.npz [--count 400] [--seed 7] [--workers 1]

Shoe boxes of 2 to 10 m, RT60 0.1 to 1.0 s (more is absorbed at high frequencies, as by curtains and carpets), mouths at
0.5 to 5 m; early reflections by the image method, what comes later by ray tracing (pyroomacoustics).
"""

from __future__ import annotations

import argparse
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyroomacoustics as pra

from firmware.frame import RATE

Sound = npt.NDArray[np.float32]

BANDS = (125, 250, 500, 1000, 2000, 4000, 8000)
MICROPHONES = 2
_CUT_DB = 60.0
"""What is so far below the whole is left off at the end."""
_RAYS = 2_000


@dataclass(frozen=True, slots=True, eq=False)
class Room:
    """One room: from the mouth and from a source of noise to the same microphone. Both begin with the direct sound."""

    mouth: Sound
    noise: Sound


class Rooms:
    """A bank of rooms, read from a file."""

    def __init__(self, path: Path) -> None:
        kept = np.load(path)
        self._sound, self._ends = kept["sound"], np.cumsum(kept["lengths"])

    def __len__(self) -> int:
        return len(self._ends) // 2

    def __getitem__(self, at: int) -> Room:
        return Room(self._response(2 * at), self._response(2 * at + 1))

    def _response(self, at: int) -> Sound:
        return np.asarray(self._sound[self._ends[at - 1] if at else 0 : self._ends[at]], np.float32)


def make(random: np.random.Generator) -> list[Room]:
    """A room drawn at random, at each of its microphones."""
    while True:
        size = random.uniform((2.2, 2.0, 2.2), (9.0, 7.0, 3.6))
        rt60 = float(np.exp(random.uniform(np.log(0.12), np.log(1.0))))
        try:
            absorbed, _ = pra.inverse_sabine(rt60, size)
        except ValueError:  # no wall absorbs as much as so dry a hall would need
            continue
        return _simulated(random, size, absorbed)


def _simulated(random: np.random.Generator, size: npt.NDArray[np.float64], absorbed: float) -> list[Room]:
    slope = random.uniform(-0.05, 0.2)
    curve = [float(np.clip(absorbed * np.exp(slope * (at - 3) + random.normal(0, 0.1)), 0.02, 0.98)) for at in range(7)]
    material = pra.Material({"coeffs": curve, "center_freqs": list(BANDS)}, random.uniform(0.05, 0.4))
    room = pra.ShoeBox(size, fs=RATE, materials=material, max_order=4, ray_tracing=True, air_absorption=True)
    room.set_ray_tracing(n_rays=_RAYS, receiver_radius=0.4)
    microphones = [_inside(random, size) for _ in range(MICROPHONES)]
    room.add_source(_near(random, size, microphones[0]))
    room.add_source(_inside(random, size))
    room.add_microphone_array(np.array(microphones).T)
    room.compute_rir()
    return [Room(*(_begun(response) for response in at_one)) for at_one in room.rir]


def _inside(random: np.random.Generator, size: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    place = random.uniform(0.3, size - 0.3)
    place[2] = random.uniform(0.6, min(1.9, size[2] - 0.3))
    return np.asarray(place, np.float64)


def _near(
    random: np.random.Generator, size: npt.NDArray[np.float64], microphone: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Where somebody speaks, 0.5 to 5 m from the first microphone."""
    while True:
        place = _inside(random, size)
        if 0.5 <= np.linalg.norm(place - microphone) <= 5.0:
            return place


def _begun(response: npt.NDArray[np.float64]) -> Sound:
    start = int(np.argmax(np.abs(response) > 0.4 * np.abs(response).max()))
    left = np.cumsum(np.square(response[::-1]))[::-1]
    end = int(np.argmax(left < left[0] * 10 ** (-_CUT_DB / 10))) or len(response)
    kept = response[max(0, start - 2) : end]
    return np.asarray(kept / np.abs(kept).max(), np.float32)


def _made(seed: int, at: int) -> list[Room]:
    return make(np.random.default_rng((seed, at)))


def main() -> None:
    """See the module."""
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("--out", type=Path, required=True)
    told.add_argument("--count", type=int, default=400)
    told.add_argument("--seed", type=int, default=7)
    told.add_argument("--workers", type=int, default=1, help="processes (%(default)s)")
    asked = told.parse_args()
    pra.constants.set("num_threads", 1)
    with ProcessPoolExecutor(asked.workers) as workers:
        made = workers.map(_made, repeat(asked.seed, asked.count), range(asked.count))
        rooms = [room for at_each in made for room in at_each]
    responses = [response for room in rooms for response in (room.mouth, room.noise)]
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    sound = np.concatenate(responses).astype(np.float16)
    np.savez(asked.out, sound=sound, lengths=np.array([len(each) for each in responses]))


if __name__ == "__main__":
    main()
