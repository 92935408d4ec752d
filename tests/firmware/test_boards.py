"""Every board file names pins that can be used together."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import firmware

BOARDS = sorted((Path(firmware.__file__).parent / "boards").glob("*.toml"))


@pytest.mark.parametrize("path", BOARDS, ids=lambda path: path.stem)
def test_pins_are_real_and_used_once(path: Path) -> None:
    board = tomllib.loads(path.read_text())
    pins = [value for part in ("button", "lights") for key, value in board.get(part, {}).items() if key in ("pin", "red", "green", "blue")]
    assert len(set(pins)) == len(pins) > 0
    assert all(2 <= pin <= 27 for pin in pins)
    assert board["board"]["name"] == path.stem


def test_the_bare_board_leaves_the_buses_to_hats() -> None:
    board = tomllib.loads(next(path for path in BOARDS if path.stem == "bare").read_text())
    taken = {board["button"]["pin"], board["lights"]["red"], board["lights"]["green"], board["lights"]["blue"]}
    assert taken.isdisjoint({2, 3, 7, 8, 9, 10, 11, 14, 15, 18, 19, 20, 21})
