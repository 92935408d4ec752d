"""`equerry talk` on a real terminal (a pty) and a real socket; its keys; lines from a pipe; `equerry watch` where there
is no screen.
"""

from __future__ import annotations

import io
import json
import os
import pty
import select
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.control.wire import plain
from device.jobs.job import Pace
from device.turn import events as on
from device.turn.session import Session, Speech
from device.watch.keys import KeyPress, Typing
from device.watch.talk import talk
from services.speech.base import Final, Partial
from tests.answering import answering, until

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    ("came", "keys"),
    [
        (b"\r", [KeyPress("toggle")]),
        (b" ", [KeyPress("toggle")]),
        (b"ab\n", [KeyPress("edit", "a"), KeyPress("edit", "ab"), KeyPress("line", "ab")]),
        (b"a b", [KeyPress("edit", "a"), KeyPress("edit", "a "), KeyPress("edit", "a b")]),
        (
            b"ab\x7f\x7f\x7f",
            [KeyPress("edit", "a"), KeyPress("edit", "ab"), KeyPress("edit", "a"), KeyPress("edit"), KeyPress("edit")],
        ),
        (b"\x04", [KeyPress("end")]),
        (b"\x03", [KeyPress("break")]),
        (b"a\x04", [KeyPress("edit", "a")]),
        (b"a\x15", [KeyPress("edit", "a"), KeyPress("edit")]),
        (b"\x1b[A\x1bOP\x1b[1;5Ca", [KeyPress("edit", "a")]),
        ("é".encode(), [KeyPress("edit", "é")]),
        (b"\x00\x07", []),
    ],
)
def test_what_keys_mean(came: bytes, keys: list[KeyPress]) -> None:
    assert Typing().take(came) == keys
    one_by_one = Typing()
    assert [key for at in range(len(came)) for key in one_by_one.take(came[at : at + 1])] == keys


@given(st.binary(max_size=200))
def test_any_bytes_are_a_line_that_can_be_shown(came: bytes) -> None:
    typing = Typing()
    for key in typing.take(came):
        assert plain(key.text) == key.text
    assert plain(typing.text) == typing.text


class Terminal:
    """`equerry talk` in a terminal of its own."""

    def __init__(self, folder: Path) -> None:
        self.screen, far = pty.openpty()
        environ = {
            **os.environ,
            "EQUERRY_PATHS__DATA": str(folder),
            "EQUERRY_CONFIG": "",
            "TERM": "dumb",
            "COLUMNS": "80",
            "LINES": "24",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "device", "talk"], stdin=far, stdout=far, stderr=far, cwd=ROOT, env=environ
        )
        os.close(far)
        self.text = ""

    def until(self, words: str, within: float = 30.0) -> None:
        end = time.monotonic() + within
        while words not in self.text:
            assert time.monotonic() < end, self.text
            if select.select([self.screen], [], [], 0.1)[0]:
                try:
                    self.text += os.read(self.screen, 4096).decode(errors="replace")
                except OSError:  # it has ended
                    assert words in self.text, self.text
        self.text = self.text.partition(words)[2]

    def press(self, keys: bytes) -> None:
        os.write(self.screen, keys)


@contextmanager
def talking(folder: Path) -> Iterator[Terminal]:
    terminal = Terminal(folder)
    try:
        yield terminal
    finally:
        terminal.process.kill()
        terminal.process.wait()
        os.close(terminal.screen)


def test_a_conversation_on_a_terminal(tmp_path: Path) -> None:
    with talking(tmp_path) as terminal:
        terminal.until("not running. I wait for it.")
        with answering(tmp_path) as one:
            watch = one.control.feed.watch
            watch(on.Ready(), Session(phase="idle"))
            terminal.until("there again")
            terminal.until("○ Waiting")
            terminal.press(b"\r")
            until(lambda: one.put == [on.ListenAsked(held=True)])
            watch(on.ListenAsked(held=True), Session(phase="listening", turn=2))
            terminal.until("● Listening, until you press again")
            watch(on.PartialHeard(2, Partial("add milk", 1.0)), Session(phase="listening", turn=2))
            terminal.until("… add milk")
            terminal.press(b" ")
            until(lambda: one.put[-1] == on.ReleaseAsked())
            watch(on.FinalHeard(2, Final("Add milk.", 0.9, 2.0)), Session(phase="thinking", turn=2))
            terminal.until("“Add milk.”\r\n")
            watch(on.Sounded(2), Session(phase="speaking", turn=2, saying=Speech("Milk is on the list.")))
            terminal.until("▸ Milk is on the list.\r\n")
            terminal.until("● Speaking")
            terminal.press(b"\r")
            until(lambda: one.put[-1] == on.StopAsked())
            terminal.press("buy crème\x7fe brûlée".encode())
            terminal.until("buy crème brûlée")
            terminal.press(b"\n")
            terminal.until("▸ Did buy crème brûlée.\r\n")
            watch(on.SwitchTurned(True), Session(phase="muted", muted=True, switched_off=True))
            terminal.until("(muted)")
            terminal.press(b"\r")
            terminal.until("✗ The switch on the device keeps the microphone closed.")
            watch(on.SwitchTurned(False), Session(phase="listening", turn=6))
            terminal.until("● Listening")
            terminal.press(b" ")
            until(lambda: one.put[-1] == on.ListenAsked(held=True))
            watch(on.DeadlineCame(1), Session(phase="idle", turn=8))
            terminal.until("○ Waiting")
            terminal.press(b" ")
            until(lambda: len(one.put) == 5), "it was over, so this begins anew"
        terminal.until("The appliance")
        terminal.press(b"\x04")
        assert terminal.process.wait(20) == 0


def test_who_leaves_while_talking_leaves_no_ear_open(tmp_path: Path) -> None:
    with answering(tmp_path) as one, talking(tmp_path) as terminal:
        one.control.feed.watch(on.Ready(), Session(phase="idle"))
        terminal.until("○ Waiting")
        terminal.press(b" ")
        until(lambda: one.put == [on.ListenAsked(held=True)])
        terminal.press(b"\x04")
        assert terminal.process.wait(20) == 0
        assert one.put[-1] == on.StopAsked()


def test_lines_of_a_pipe_are_commands(tmp_path: Path) -> None:
    out = io.StringIO()
    with answering(tmp_path):
        assert talk(tmp_path, io.StringIO("add milk\n\n  \nadd \x1b[2Jbread\n"), out) == 0
    assert out.getvalue() == "▸ Did add milk.\n▸ Did add  [2Jbread.\n"
    out = io.StringIO()
    assert talk(tmp_path, io.StringIO("add milk\n"), out) == 1
    assert out.getvalue().startswith("✗ The appliance is not running here.")


def test_more_lines_than_may_be_asked_at_once_wait(tmp_path: Path) -> None:
    out = io.StringIO()
    lines = [f"add thing {number}" for number in range(12)]
    with answering(tmp_path, pace=Pace(per_minute=6000, burst=2)):
        assert talk(tmp_path, io.StringIO("\n".join(lines)), out) == 0
    assert out.getvalue().splitlines() == [f"▸ Did {line}." for line in lines]


def test_lines_of_a_pipe_wait_for_an_appliance_that_loads_or_starts_anew(tmp_path: Path) -> None:
    out = io.StringIO()
    first, second = ExitStack(), ExitStack()

    class Lines(io.StringIO):
        def __iter__(self) -> Iterator[str]:
            yield "add milk\n"
            first.close()
            threading.Timer(0.3, lambda: second.enter_context(answering(tmp_path))).start()
            yield "add bread\n"

    with first, second:
        one = first.enter_context(answering(tmp_path, loading=True))
        threading.Timer(0.3, one.attend).start()
        assert talk(tmp_path, Lines(), out) == 0
    assert out.getvalue().splitlines() == ["▸ Did add milk.", "▸ Did add bread."]


def test_lines_that_were_not_asked_are_told(tmp_path: Path) -> None:
    out = io.StringIO()
    assert talk(tmp_path, io.StringIO("\nadd milk\nadd bread\n"), out) == 1
    assert out.getvalue().splitlines()[1:] == ["✗ Line 2 and what follows was not asked."]


def test_watch_where_there_is_no_screen(tmp_path: Path) -> None:
    environ = {**os.environ, "EQUERRY_PATHS__DATA": str(tmp_path), "EQUERRY_CONFIG": ""}
    done = subprocess.run(
        [sys.executable, "-m", "device", "watch"],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 1 and "equerry status" in done.stderr and "Traceback" not in done.stderr


def test_watch_for_programs(tmp_path: Path) -> None:
    environ = {**os.environ, "EQUERRY_PATHS__DATA": str(tmp_path), "EQUERRY_CONFIG": ""}
    with answering(tmp_path) as one:
        process = subprocess.Popen(
            [sys.executable, "-m", "device", "watch", "--jsonl"], cwd=ROOT, env=environ, stdout=subprocess.PIPE
        )
        assert process.stdout
        assert json.loads(process.stdout.readline())["event"] == "snapshot"
        one.control.feed.watch(on.Pressed(), Session(phase="listening", turn=2))
        assert json.loads(process.stdout.readline()) == {
            **{"phase": "listening", "turn": 2, "muted": False, "switched_off": False},
            **{"fault": None, "ringing": None, "broker": "unknown", "event": "phase"},
        }
        killer = threading.Timer(30, process.kill)
        killer.start()
    assert process.wait(30) == 0, "it ends with the appliance"
    killer.cancel()
    process.stdout.close()
