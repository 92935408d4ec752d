"""`equerry talk`: keys and lines in, what the appliance hears and says out. One thread follows the appliance, another
waits for replies to what is typed; this one alone writes.
"""

from __future__ import annotations

import contextlib
import os
import queue
import select
import shutil
import sys
import termios
import threading
import time
import tty
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from rich.cells import cell_len, set_cell_size

from device.control.client import Declined, NoAnswer, NotRunning, accepted, request
from device.control.wire import plain
from device.messages.base import DeviceMessage
from device.messages.events import FinalMessage, WakeMessage
from device.messages.snapshot import LogMessage, PhaseMessage, ReplyMessage, Snapshot, after
from device.watch.follower import ask, follow
from device.watch.keys import KeyPress, Typing
from device.watch.panels import PHASES
from firmware.errors import ExpectedError

_GLANCE_S = 0.1
_AGAIN_S = 0.2
BACK_WITHIN_S = 60.0
"""An appliance that was there is waited for so long: it starts anew for new settings, or after an update."""
OPEN = ("listening", "asking")
"""Phases in which it listens."""
PROMPT = "› "
HINT = "Enter or Space: talk, and again when you have said it. Or type a command. Ctrl-D ends."

Say = tuple[str, object]
"""What a thread has for the one that writes: told, away, answer, error."""


class Talking:
    """What is printed, and what is asked for. Of the main thread."""

    def __init__(self, folder: Path, out: TextIO, *, moving: bool) -> None:
        """`moving`: the last line may be written over, as terminals let one."""
        self._folder = folder
        self._out = out
        self._moving = moving
        self._snapshot = Snapshot()
        self._away: str | None = ""
        self._foot = ""
        self._typed = ""
        self._holds = False
        """The ear is open for as long as we want it."""
        self.waiting = 0
        """Typed commands without an answer."""
        self.failed = False
        self.gone = False
        """The appliance did not answer what was typed last."""
        self._answered = False
        self.heard: queue.SimpleQueue[Say] = queue.SimpleQueue()

    # --- what comes ---

    def news(self) -> None:
        """Print what has come."""
        while True:
            try:
                what, about = self.heard.get_nowait()
            except queue.Empty:
                break
            if what == "told":
                self._take(about)  # type: ignore[arg-type] # by `what`
            elif what == "away":
                self._lost(str(about))
            else:
                self.waiting -= 1
                self.failed |= what == "error"
                self.print(f"{'▸' if what == 'answer' else '✗'} {about}")
        self.draw()

    def _take(self, told: DeviceMessage) -> None:
        before, self._snapshot = self._snapshot, after(self._snapshot, told)
        if self._away:
            self.print("The appliance is there again.")
        self._away = None
        if isinstance(told, PhaseMessage) and before.phase.phase in OPEN and told.phase not in OPEN:
            self._holds = False
        match told:
            case WakeMessage(word=word):
                self.print(f"({word.replace('_', ' ')})")
            case FinalMessage(text=text):
                self.print(f"“{text}”" if text else "(nothing that can be understood)")
            case ReplyMessage(text):
                self.print(f"▸ {text}")
            case PhaseMessage() if told.muted != before.phase.muted:
                self.print("(muted)" if told.muted else "(the microphone is open)")
            case PhaseMessage(fault=str(fault)) if fault != before.phase.fault:
                self.print(f"✗ {fault}")
            case LogMessage(level="error" | "critical", text=text):
                self.print(f"✗ {text}")

    def _lost(self, words: str) -> None:
        if words != self._away:
            self._away = words
            self._snapshot = Snapshot()
            self._holds = False
            self.print(words)

    # --- what is asked for ---

    def press(self, key: KeyPress) -> bool:
        """A key; False: the end."""
        match key.what:
            case "toggle":
                self._toggle()
            case "line":
                self._typed = ""
                self.print(f"{PROMPT}{key.text}")
                self.type(key.text)
            case "edit":
                self._typed = key.text
            case "end" | "break":
                return False
        self.draw()
        return True

    def _toggle(self) -> None:
        """As the button on the device: it talks, or stops what sounds; pressed again it is let go."""
        if self._holds:
            words, self._holds = ask(self._folder, request="release"), False
        elif self._snapshot.phase.phase in ("speaking", "ringing"):
            words = ask(self._folder, request="stop")
        else:
            words = ask(self._folder, request="listen", held=True)
            self._holds = not words
        if words:
            self.print(f"✗ {words}")

    def type(self, text: str) -> None:
        """Ask it in the conversation of the console; its answer comes when it is done."""
        self.waiting += 1
        threading.Thread(target=self._ask, args=(text,), name="asked", daemon=True).start()

    def _ask(self, text: str) -> None:
        try:
            self.heard.put(("answer", self._answer(text)))
        except ExpectedError as error:
            self.heard.put(("error", str(error)))

    def _answer(self, text: str) -> str:
        """Waits where waiting helps: for room, for models that load, for an appliance that was there a moment ago."""
        asked = {"request": "command", "text": text, "id": str(uuid.uuid4())}  # it is done once, however often asked
        until = time.monotonic() + (BACK_WITHIN_S if self._answered else 0.0)
        while True:
            try:
                reply = accepted(request(self._folder, asked))
            except Declined as refused:
                if refused.wait_s is None:
                    raise
                time.sleep(refused.wait_s)
            except (NotRunning, NoAnswer):
                if time.monotonic() >= until:
                    self.gone = True
                    raise
                time.sleep(_AGAIN_S)
            else:
                self._answered = True
                return plain(reply["reply"]) or "done"

    # --- what is written ---

    def print(self, words: str) -> None:
        """A line that stays, above the one that moves."""
        self._clear()
        self._out.write(plain(words) + "\n")
        self._out.flush()

    def draw(self) -> None:
        """The last line: what it is doing and hears, or what is being typed."""
        if not self._moving:
            return
        foot = self._line()
        if foot != self._foot:
            self._clear()
            self._foot = foot
            self._out.write(foot)
            self._out.flush()

    def _line(self) -> str:
        width = shutil.get_terminal_size().columns - 1
        if self._typed:
            tail = PROMPT + self._typed
            while cell_len(tail) > width:
                tail = "…" + tail[2:]
            return tail
        if self._away is not None:
            return ""
        sign, words, _ = PHASES.get(self._snapshot.phase.phase, ("○", self._snapshot.phase.phase, ""))
        partial = self._snapshot.partial
        until = ", until you press again" if self._holds and self._snapshot.phase.phase in OPEN else ""
        line = f"{sign} {words}{until}" + (f"  … {partial.text}" if partial else "")
        return line if cell_len(line) <= width else set_cell_size(line, width - 1) + "…"

    def _clear(self) -> None:
        if self._foot:
            self._out.write("\r" + " " * cell_len(self._foot) + "\r")  # also where a terminal knows no more than that
            self._foot = ""

    def close(self) -> None:
        """Leave the terminal at the beginning of a line, and nothing open behind us."""
        if self._holds:
            self._holds = False
            ask(self._folder, request="stop")
        self._clear()
        self._out.flush()


def talk(folder: Path, keys: TextIO, out: TextIO) -> int:
    """Until Ctrl-D, or the end of `keys`; 1 where a command of them could not be asked."""
    if keys.isatty() and out.isatty():
        with _single_keys(keys):
            return _converse(folder, keys, out)
    talking = Talking(folder, out, moving=False)
    for number, line in enumerate(keys, 1):
        if said := plain(line).strip():
            talking.type(said)
            while talking.waiting:
                what = talking.heard.get()
                talking.heard.put(what)
                talking.news()
            if talking.gone:
                talking.print(f"✗ Line {number} and what follows was not asked.")
                return 1
    return int(talking.failed)


def _converse(folder: Path, keys: TextIO, out: TextIO) -> int:
    talking = Talking(folder, out, moving=True)
    ended = threading.Event()
    woken, wake = os.pipe()

    def put(what: str) -> Callable[[object], None]:
        def leave(about: object) -> None:
            talking.heard.put((what, about))
            with contextlib.suppress(OSError):
                os.write(wake, b".")

        return leave

    out.write(HINT + "\n")
    follower = threading.Thread(
        target=follow, args=(folder, put("told"), put("away"), lambda: not ended.is_set()), name="follow", daemon=True
    )
    follower.start()
    typing = Typing()
    try:
        while True:
            ready = select.select([keys.fileno(), woken], [], [], _GLANCE_S if talking.waiting else None)[0]
            if woken in ready:
                os.read(woken, 4096)
            talking.news()
            if keys.fileno() in ready:
                came = os.read(keys.fileno(), 1024)
                if not came or not all(talking.press(key) for key in typing.take(came)):
                    return 0
    except KeyboardInterrupt:
        return 0
    finally:
        ended.set()
        talking.close()
        follower.join(1.0)
        os.close(wake)
        os.close(woken)


@contextmanager
def _single_keys(keys: TextIO) -> Iterator[None]:
    """Each key comes at once and is not echoed; as it was, in the end."""
    before = termios.tcgetattr(keys)
    try:
        tty.setcbreak(keys, termios.TCSADRAIN)
        yield
    finally:
        termios.tcsetattr(keys, termios.TCSADRAIN, before)
        sys.stdout.flush()
