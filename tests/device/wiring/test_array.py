"""Which channels of the microphone are listened to: what the settings say, else what the board has."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from device.configuration.load import load
from device.wiring.body import array_of, build_microphone
from firmware.boards import BoardUnknown


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in os.environ:
        if variable.startswith("EQUERRY_"):
            monkeypatch.delenv(variable)
    path = tmp_path / "own.toml"
    path.touch()
    monkeypatch.setenv("EQUERRY_CONFIG", str(path))


@pytest.mark.parametrize(
    ("board", "channel", "voice", "channels"),
    [
        ("none", 0, None, 0),
        ("bare", 0, None, 0),
        ("respeaker-2-mic", 0, (0, 1), 2),
        ("respeaker-4-mic", 0, (0, 1, 2, 3), 4),
        ("respeaker-4-mic", 3, (2,), 3),
        ("none", 1, (0,), 1),
    ],
)
def test_channels(
    monkeypatch: pytest.MonkeyPatch, board: str, channel: int, voice: tuple[int, ...] | None, channels: int
) -> None:
    monkeypatch.setenv("EQUERRY_BOARD__NAME", board)
    monkeypatch.setenv("EQUERRY_MICROPHONE__CHANNEL", str(channel))
    array = array_of(load())
    assert (array.voice if array else None, array.channels if array else 0) == (voice, channels)
    assert build_microphone(load()).direction is None, "nothing was heard yet"


def test_a_board_that_there_is_not_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EQUERRY_BOARD__NAME", "nonsense")
    with pytest.raises(BoardUnknown, match="respeaker-4-mic"):
        array_of(load())
