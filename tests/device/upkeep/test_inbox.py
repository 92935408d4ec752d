"""Files that arrive in the inbox, seen by a real watch."""

from __future__ import annotations

import os
import queue
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.upkeep.inbox import Arrivals, State, arrived, told
from services.files.local import LocalFiles

STATES = st.dictionaries(st.sampled_from("abcdef"), st.tuples(st.integers(0, 2), st.integers(0, 2)))


@given(STATES, STATES, STATES)
def test_only_what_is_new_and_no_longer_changes_has_arrived(
    before: dict[str, State], now: dict[str, State], known: dict[str, State]
) -> None:
    found = arrived(before, now, known)
    assert found == [
        name for name in now if name in before and before[name] == now[name] and known.get(name) != now[name]
    ]


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["brand-guidelines_v2.pdf"], "Brand guidelines v2 has arrived in the inbox."),
        (["a.txt", "b.txt"], "Two files have arrived in the inbox: a and b."),
        (
            [f"{each}.txt" for each in ("red", "blue", "green", "pink")],
            "Four files have arrived in the inbox, the latest: red, blue and green.",
        ),
    ],
)
def test_what_is_said_of_them(names: list[str], words: str) -> None:
    assert told(names) == words


def made(folder: Path) -> tuple[Arrivals, Path, queue.Queue[tuple[str, ...]]]:
    files = LocalFiles(folder / "inbox", folder / "files", reserve=0)
    files.open()
    told_of: queue.Queue[tuple[str, ...]] = queue.Queue()
    return Arrivals(folder / "inbox", files, told_of.put), folder / "inbox", told_of


def test_a_file_is_told_of_once_when_it_is_whole(tmp_path: Path) -> None:
    arrivals, inbox, told_of = made(tmp_path)
    (inbox / "growing.mov").write_bytes(b"x")
    arrivals.look()
    (inbox / "growing.mov").write_bytes(b"xx")
    arrivals.look()
    assert told_of.empty()
    for _ in range(3):
        arrivals.look()
    assert told_of.get_nowait() == ("growing.mov",)
    assert told_of.empty()
    (inbox / "growing.mov").write_bytes(b"another version")
    arrivals.look()
    arrivals.look()
    assert told_of.get_nowait() == ("growing.mov",)


def test_the_watch_sees_it_and_ends_when_stopped(tmp_path: Path) -> None:
    arrivals, inbox, told_of = made(tmp_path)
    (inbox / "old.txt").write_text("was there before")
    thread = threading.Thread(target=arrivals.run)
    thread.start()
    try:
        writing = inbox / "budget.xlsx.part"
        for length in range(1, 20):  # until the watch has begun: what is there at its start is nothing new
            writing.write_bytes(os.urandom(length))
            writing.rename(inbox / "budget.xlsx")
            try:
                assert told_of.get(timeout=5) == ("budget.xlsx",)
                break
            except queue.Empty:
                continue
        else:
            raise AssertionError("it was never seen")
    finally:
        arrivals.stop()
        thread.join(timeout=20)
    assert not thread.is_alive()
    assert told_of.empty()


def test_a_name_that_is_no_text_neither_ends_the_watch_nor_goes_unseen(tmp_path: Path) -> None:
    arrivals, inbox, told_of = made(tmp_path)
    thread = threading.Thread(target=arrivals.run)
    thread.start()
    seen: list[str] = []
    try:
        for length in range(1, 4):
            Path(os.fsdecode(os.fsencode(inbox) + b"/\xff\xfe.txt")).write_bytes(os.urandom(length))
            (inbox / "plain.txt").write_bytes(os.urandom(length))
            try:
                while len(set(seen)) < 2:
                    seen += told_of.get(timeout=15)
                break
            except queue.Empty:
                assert thread.is_alive()
    finally:
        arrivals.stop()
        thread.join(timeout=20)
    assert set(seen) == {"\udcff\udcfe.txt", "plain.txt"}
    assert all(told([name]).encode() for name in seen), "it can be spoken and shown"
