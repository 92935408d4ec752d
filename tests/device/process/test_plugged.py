"""Whether there is a microphone, or was."""

from __future__ import annotations

from device.process.lacks import Plugged


def test_what_was_found_once_is_there_for_good() -> None:
    found: list[str] = []
    microphone = Plugged("", lambda: found)
    assert not microphone()
    found.append("USB")
    assert microphone()
    found.clear()
    assert microphone()


def test_what_is_named_is_there_even_if_it_is_not_found() -> None:
    assert Plugged("USB", list)()
