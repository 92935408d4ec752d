"""Rooms and scenes of the benchmark: what is made from seeds is what it says."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.acoustics.noises import NOISES
from benchmarks.acoustics.room import Room
from benchmarks.acoustics.scenes import SCENES
from benchmarks.rooms import worse
from firmware.frame import RATE, level_dbfs
from tests.virtual_sound import tone


def test_sound_arrives_after_the_time_it_takes_and_softer() -> None:
    room = Room((5.0, 4.0, 2.6), 0.3)
    near, far = (room.response((1.0, 1.0, 1.2), (1.0 + metres, 1.0, 1.2), seed=1) for metres in (1.0, 2.0))
    assert [int(np.argmax(np.abs(each))) for each in (near, far)] == pytest.approx([46.6, 93.3], abs=1)
    assert np.abs(near).max() / np.abs(far).max() == pytest.approx(2.0, rel=0.2)


def test_a_livelier_room_rings_longer() -> None:
    def tail(rt60: float) -> float:
        answer = Room((5.0, 4.0, 2.6), rt60).response((1.0, 1.0, 1.2), (3.0, 2.0, 1.0), seed=1)
        return float(np.sum(answer[RATE // 10 :] ** 2) / np.sum(answer**2))

    assert tail(0.2) < tail(0.4) < tail(0.7)


@pytest.mark.parametrize("name", ["fan", "kitchen", "street", "music"])
def test_noises_are_alike_for_one_seed_alone(name: str) -> None:
    first, again, other = (NOISES[name](RATE, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(first, again) and not np.array_equal(first, other)
    assert np.isfinite(first).all() and np.std(first) > 0


def test_a_scene_is_as_loud_as_a_measured_microphone_gives_it_and_alike_each_time() -> None:
    near = next(scene for scene in SCENES if not scene.noise)
    frames = near.heard(tone(300, 1.0), 1, seed=4)
    heard = np.concatenate([frame.samples for frame in frames])
    assert level_dbfs(heard) == pytest.approx(-30.0, abs=1.0)
    again = near.heard(tone(300, 1.0), 1, seed=4)
    assert np.array_equal(heard, np.concatenate([frame.samples for frame in again]))


def test_worse_is_what_chance_does_not_explain() -> None:
    before = {str(number): True for number in range(20)}
    assert worse(before, {name: int(name) >= 6 for name in before}) < 0.05
    assert worse(before, {name: int(name) >= 2 for name in before}) > 0.05
    assert worse(before, before) == 1.0
