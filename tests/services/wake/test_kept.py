"""What is kept of wakes: whole or not at all, for the owner alone, and never more than so much."""

from __future__ import annotations

import stat
from pathlib import Path

import numpy as np
import pytest

from services.wake.kept import MOST, STEPS, Features, Wakes, WakesUnusable, load_wakes, save_wakes


def one(number: int) -> Features:
    return np.full((STEPS, 96), number, np.float16)


def some(count: int) -> Wakes:
    wakes = Wakes.none()
    for number in range(count):
        wakes = wakes.with_one(("alexa", "hey_jarvis")[number % 2], one(number), float(number), sure=number % 3 == 0)
    return wakes


def test_what_was_kept_is_there_again(tmp_path: Path) -> None:
    path = tmp_path / "wake" / "alarms.npz"
    save_wakes(path, some(5))
    again = load_wakes(path)
    assert (again.words, again.at, again.sure) == (some(5).words, some(5).at, some(5).sure)
    np.testing.assert_array_equal(again.features, some(5).features)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["alarms.npz"]


def test_where_nothing_was_kept_there_is_none(tmp_path: Path) -> None:
    assert load_wakes(tmp_path / "alarms.npz").words == ()


def test_each_word_has_its_own() -> None:
    ours = some(5).of("hey_jarvis")
    assert set(ours.words) == {"hey_jarvis"} and ours.at == (1.0, 3.0) and ours.sure == (False, True)
    np.testing.assert_array_equal(ours.features[:, 0, 0], [1, 3])


def test_the_oldest_go_first() -> None:
    wakes = some(MOST + 7)
    assert len(wakes.features) == len(wakes.words) == len(wakes.at) == len(wakes.sure) == MOST
    assert wakes.at[0] == 7.0 and wakes.features[0, 0, 0] == 7


def test_what_a_crash_left_half_written_is_in_nobodys_way(tmp_path: Path) -> None:
    path = tmp_path / "alarms.npz"
    path.with_suffix(".part").write_bytes(b"half")
    save_wakes(path, some(1))
    assert load_wakes(path).words == ("alexa",)


@pytest.mark.parametrize("length", [0, 1, 100, -1])
def test_a_damaged_file_is_a_sentence(tmp_path: Path, length: int) -> None:
    path = tmp_path / "alarms.npz"
    save_wakes(path, some(3))
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(WakesUnusable, match=r"can't be read .*\. Delete it"):
        load_wakes(path)


@pytest.mark.parametrize(
    "wrong",
    [
        {"features": np.zeros((2, STEPS, 96), np.float16)},
        {"features": np.zeros((1, 3, 96), np.float16)},
        {"features": np.full((1, STEPS, 96), np.nan, np.float16)},
        {"at": np.zeros(4)},
        {"words": np.array([{"a": 1}], object)},
    ],
)
def test_parts_that_do_not_belong_together_are_a_sentence(tmp_path: Path, wrong: dict[str, np.ndarray]) -> None:
    right = {"features": one(1)[None], "words": np.array(["alexa"]), "at": np.zeros(1), "sure": np.array([True])}
    path = tmp_path / "alarms.npz"
    np.savez(path, **{**right, **wrong})
    with pytest.raises(WakesUnusable):
        load_wakes(path)
