"""The screen of `equerry watch`."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.events import Key, Resize
from textual.screen import ModalScreen
from textual.widgets import Footer, Static

from device.messages.base import DeviceMessage
from device.messages.snapshot import LevelMessage, Snapshot, after
from device.watch import panels
from device.watch.follower import ask, follow
from device.watch.ring import pixels_of, ring

LEAST = (60, 16)
"""Columns and rows it can be read in."""
_DRAW_S = 0.1
_PEAK_HOLD_S = 1.5
_PEAK_FALL = 20.0
"""dB a second, after that."""

HELP = """\
 q       quit
 m       mute the microphone, or open it
 t       listen now, without the wake word; again: don't
 s       stop what is said, rung or listened for
 ?       this page; any key closes it

 The ring   what the lights show, whatever lights there are
            (docs/lights.md); its state stands beside it
 mic, out   how loud the microphone hears it, and what is
            spoken: dB below full scale; │ the last peak
 … “” ▸ ?   words that may change, words understood, the
            reply, a question
 Jobs       ▶ runs · waits, for how long, for whom
 Tasks      open ones, due first; ! high, ‼ urgent
 Latency    ━ half of the last turns, ─ 95 of 100; from the
            end of speech to the first sound of the reply
 Log        ! warnings, ✗ errors
"""


class Peak:
    """The loudest of late: held, then falling."""

    def __init__(self) -> None:
        self._level: float | None = None
        self._at = 0.0

    def of(self, level: LevelMessage, moment: float) -> float | None:
        """dBFS now."""
        held = self._level
        if held is not None:
            held -= max(0.0, moment - self._at - _PEAK_HOLD_S) * _PEAK_FALL
        if level.voice is not None and (held is None or level.voice >= held):
            self._level, self._at = float(level.voice), moment
            return self._level
        return held if level.voice is not None else None


class Help(ModalScreen[None]):
    """What the keys and signs mean."""

    def compose(self) -> ComposeResult:
        box = Static(Text(HELP.rstrip("\n")), id="help")
        box.border_title = "equerry watch"
        yield box

    def on_key(self, event: Key) -> None:
        event.stop()  # "?" would open it again
        self.dismiss()


class Watching(App[None]):
    """Follows one appliance."""

    ENABLE_COMMAND_PALETTE = False
    CSS = """
    Screen { layout: vertical; background: $background; }
    #head { height: 1; background: $panel; padding: 0 1; }
    #top { height: 8; }
    #top.tall { height: 12; }
    #ring { width: 22; content-align: center middle; text-align: center;
        border: round #46505f; border-title-color: #a9bccf; }
    #top.tall #ring { width: 30; }
    #now { width: 1fr; border: round #46505f; border-title-color: #a9bccf; padding: 0 1; }
    .row { height: 1fr; }
    .panel { width: 1fr; border: round #46505f; border-title-color: #a9bccf; padding: 0 1; }
    .panel, #now, #ring { height: 100%; border-title-style: bold; }
    #away { display: none; height: auto; background: $warning-darken-2; color: $text; padding: 0 1; }
    #away.shown { display: block; }
    #small { display: none; width: 1fr; height: 1fr; content-align: center middle; text-align: center; }
    Screen.small #small { display: block; }
    Screen.small #top, Screen.small .row { display: none; }
    Help { align: center middle; }
    #help { width: 66; height: auto; max-height: 100%; border: round $accent; background: $surface; padding: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,ctrl+c", "quit", "quit", key_display="q"),
        Binding("m", "mute", "mute"),
        Binding("t", "talk", "talk"),
        Binding("s", "stop", "stop"),
        Binding("question_mark", "help", "help", key_display="?"),
    ]

    def __init__(
        self,
        folder: Path | None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`folder`: where the store of the appliance lies; None: nothing is followed but what `take` is given."""
        super().__init__()
        self._folder = folder
        self._now = now
        self._clock = clock
        self._shown = Snapshot()
        self._words = "" if folder is None else "Looking for the appliance …"
        self._peak = Peak()
        self._ended = False

    def compose(self) -> ComposeResult:
        yield Static(id="head")
        yield Static(id="away")
        yield Static(id="small")
        with Horizontal(id="top"):
            yield Static(id="ring")
            yield Static(id="now")
        for pair in (("jobs", "tasks"), ("latency", "log")):
            with Horizontal(classes="row"):
                for name in pair:
                    panel = Static(id=name, classes="panel")
                    panel.border_title = name.capitalize()
                    yield panel
        yield Footer()

    def on_mount(self) -> None:
        self.set_interval(_DRAW_S, self.draw)
        if self._folder is not None:
            folder = self._folder
            self.run_worker(
                lambda: follow(
                    folder,
                    partial(self._later, self.take),
                    partial(self._later, self.lose),
                    lambda: not self._ended and self.is_running,
                ),
                thread=True,
                name="follow",
            )

    def on_unmount(self) -> None:
        self._ended = True

    # --- what comes ---

    def take(self, told: DeviceMessage) -> None:
        """Show this, too."""
        self._shown = after(self._shown, told)
        self._words = ""

    def lose(self, words: str) -> None:
        """Nothing comes, and why."""
        self._words = words

    def _later(self, show: Callable[..., object], *about: Any, **fields: Any) -> None:
        """From another thread."""
        if not self._ended:
            self.call_from_thread(show, *about, **fields)

    # --- what is drawn ---

    def on_resize(self, event: Resize) -> None:
        columns, rows = event.size
        self.screen_stack[0].set_class(columns < LEAST[0] or rows < LEAST[1], "small")
        self.query_one("#top", Horizontal).set_class(rows >= 34, "tall")
        self.query_one("#small", Static).update(
            f"{columns} × {rows} is too small to be read.\n{LEAST[0]} × {LEAST[1]} at least, please.\n\nq quits."
        )
        self.call_after_refresh(self.draw)

    def draw(self) -> None:
        """All of it as it is now; what has not changed is not sent again."""
        if len(self.screen_stack) > 1 or not self.query(
            "#log"
        ):  # behind the help; before it is there, after it has gone
            return
        now, shown = self._now(), Snapshot() if self._words else self._shown  # never what may be no more so
        self._head(now)
        away = self.query_one("#away", Static)
        away.set_class(bool(self._words), "shown")
        self._put("away", [Text(self._words)])
        light = self.query_one("#ring", Static)
        light.border_title = "light" if self._words else shown.light.state
        self._put("ring", [ring(pixels_of(shown.light.pixels), max(3, light.content_size.height))])
        self._now_panel()
        for name, made in (("jobs", panels.jobs), ("tasks", panels.tasks)):
            self._put(name, made(shown, now, *self._room(name)))
        self._put("latency", panels.latency(shown.latency, *self._room("latency")))
        self._put("log", panels.log(shown.log, now, *self._room("log")))
        self._title("jobs", shown.jobs.running + shown.jobs.queued)
        self._title("tasks", shown.tasks.open)
        self.query_one("#latency", Static).border_title = panels.latency_title(shown.latency)

    def _head(self, now: datetime) -> None:
        shown = self._shown
        named = f" · {shown.name}" if shown.name else ""
        running = (
            ""
            if self._words or not shown.pid
            else f" · process {shown.pid}" + (" · loading" if shown.state == "loading" else "")
        )
        left, right = f"equerry {shown.program}{named}{running}", f"{now:%H:%M:%S}"
        width = self.query_one("#head", Static).size.width
        self._put(
            "head", [Text.assemble((left, "bold"), " " * max(1, width - len(left) - len(right)), right, no_wrap=True)]
        )

    def _now_panel(self) -> None:
        width, height = self._room("now")
        shown = Snapshot() if self._words else self._shown
        first = Text("Not connected", "bold") if self._words else panels.phase_line(shown)
        first.truncate(width, overflow="ellipsis")
        heard = panels.heard_lines(shown, width)[-max(0, height - 2) :]
        peak = self._peak.of(shown.level, self._clock())
        gap = [Text()] * max(0, height - 2 - len(heard))
        self._put("now", [first, *heard, *gap, panels.meters(shown.level, peak, width)])

    def _room(self, name: str) -> tuple[int, int]:
        size = self.query_one(f"#{name}", Static).content_size
        return max(8, size.width), max(1, size.height)

    def _title(self, name: str, count: int) -> None:
        self.query_one(f"#{name}", Static).border_title = name.capitalize() + (f" · {count:,}" if count else "")

    def _put(self, name: str, lines: Sequence[Text]) -> None:
        widget = self.query_one(f"#{name}", Static)
        text = Text("\n").join(lines)
        if getattr(widget, "drawn", None) != (text.markup, text.plain):
            widget.drawn = (text.markup, text.plain)  # type: ignore[attr-defined] # only what changed is drawn anew
            widget.update(text)

    # --- keys ---

    def action_mute(self) -> None:
        phase = self._shown.phase
        self._ask(request="mute", muted=not phase.muted)

    def action_talk(self) -> None:
        listening = self._shown.phase.phase in ("listening", "asking")
        self._ask(request="stop" if listening else "listen")

    def action_stop(self) -> None:
        self._ask(request="stop")

    def action_help(self) -> None:
        self.push_screen(Help())

    def _ask(self, **fields: Any) -> None:
        folder = self._folder
        if folder is not None:
            self.run_worker(lambda: self._asked(folder, fields), thread=True)

    def _asked(self, folder: Path, fields: dict[str, Any]) -> None:
        words = ask(folder, **fields)
        if words:
            self._later(self.notify, words, severity="warning", timeout=5)
