"""What one sees in a terminal, of the rehearsal and of `equerry run`: lights, partials, final, command, reply, and the
time of each stage; and the prompt, which nothing is printed into.
"""

from __future__ import annotations

import readline  # input() edits with it
import threading
from collections.abc import Mapping

from rich.cells import cell_len
from rich.console import Console as Terminal
from rich.table import Table
from rich.text import Text

from device.lights.ladder import rung_of
from device.lights.view import View
from device.turn import events as on
from device.turn.machine import Phase, Session
from device.turn.stopwatch import TurnRecord
from services.insight.base import STAGES, Latency
from services.understanding.base import Command, Slot

WORDS = {
    "endpoint": "endpoint",
    "final": "final",
    "command": "command",
    "acted": "action",
    "sounded": "first sound",
    "total": "total",
}


PROMPT = "equerry> "


class Console:
    """A watcher that prints; called by the main thread, but for `say`, `ask` and `write`."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._printing = threading.Lock()
        self._asking = False
        self._phase: Phase | None = None
        self._shown = ""

    def watch(self, event: on.Event, session: Session) -> None:
        """Print what this event means to somebody looking on."""
        note = self._note(event)
        if session.phase != self._phase:
            self._phase = session.phase
            self._shown = ""
            self._line(self._light(session.phase), note)
        elif note is not None and note.plain != self._shown:
            self._shown = note.plain
            self._line(Text(" " * 14), note)

    def times(self, record: TurnRecord) -> None:
        """One line with the time of each stage; all: from the end of speech to the first sound of the reply."""
        stages = record.stages()
        words = Text("  times         ", style="dim")
        for stage in STAGES:
            if stage in stages:
                words.append(f"{WORDS[stage]} {stages[stage]:.2f} s   ", style="dim")
        if record.total is not None:
            words.append(f"all {record.total:.2f} s", style="bold")
        self._print(words)

    def say(self, text: str, style: str = "") -> None:
        """Print a line of our own."""
        self._print(Text(text, style=style))

    def ask(self) -> str:
        """A line that is typed, with the editing and the history of readline; what is printed meanwhile goes above it.
        Raises EOFError, KeyboardInterrupt.
        """
        self._asking = True
        try:
            return input(PROMPT)
        finally:
            self._asking = False

    def write(self, text: str) -> int:
        """As a stream, for what others print (the log): whole lines, above what is typed."""
        if text.strip():
            self._print(Text(text.rstrip("\n")), soft_wrap=True)
        return len(text)

    def flush(self) -> None:
        """As a stream: each line is out already."""

    def leave(self) -> None:
        """Nobody is asked any more: what is printed now stands below the prompt."""
        if self._asking:
            self._asking = False
            self._print(Text())

    def _line(self, head: Text, note: Text | None) -> None:
        self._print(Text("  ") + head + (note or Text()))

    def _print(self, words: Text, *, soft_wrap: bool = False) -> None:
        with self._printing:
            if not (self._asking and self._terminal.is_terminal):
                self._terminal.print(words, highlight=False, soft_wrap=soft_wrap)
                return
            typed = PROMPT + readline.get_line_buffer()
            rows = cell_len(typed) // self._terminal.width  # it may have run over the edge
            up = f"\x1b[{rows}A" if rows else ""
            self._terminal.file.write(f"{up}\r\x1b[J")  # the prompt and what is typed give way, and stand below again
            self._terminal.print(words, highlight=False, soft_wrap=soft_wrap)
            self._terminal.file.write(typed)
            self._terminal.file.flush()

    @staticmethod
    def _light(phase: Phase) -> Text:
        pattern = rung_of(View(phase=phase)).pattern
        red, green, blue = (round(255 * channel) for channel in pattern.colour)
        colour = f"rgb({red},{green},{blue})" if any(pattern.colour) else "dim"
        return Text(f"{pattern.glyph} {phase:<12}", style=colour)

    @staticmethod
    def _note(event: on.Event) -> Text | None:  # noqa: PLR0911 - one return for each event that is shown
        match event:
            case on.WakeHeard(_, detection):
                return Text(f"wake word {detection.word}, score {detection.score:.2f}")
            case on.PartialHeard(_, partial):
                return Text(f"… {partial.text}", style="italic dim")
            case on.FinalHeard(_, final) if final.text:
                return Text(f"“{final.text}”", style="bold")
            case on.FinalHeard(_, final):
                return Text(f"nothing intelligible ({final.dropped or 'empty'})", style="yellow")
            case on.ActingBegan(_, command):
                return Text(command_words(command), style="cyan")
            case on.Replied(_, response) if response.reply.text:
                return Text(response.reply.text, style="green")
            case on.DueCame(due):
                return Text(due.words, style="yellow")
            case on.MicrophoneFailed(reason):
                return Text(reason, style="red")
        return None


def command_words(command: Command) -> str:
    """A command on one line: task.create title=“…” when=“…” (template, 0.95)."""
    if not command.steps:
        return "not a command for me"
    steps = "; ".join(" ".join([step.action, *_slot_words(step.slots)]) for step in command.steps)
    return f"{steps}  ({command.source}, {command.confidence:.2f})"


def _slot_words(slots: Mapping[str, Slot]) -> list[str]:
    return [f"{name}={_value(value)}" for name, value in slots.items()]


def _value(value: Slot) -> str:
    if isinstance(value, str):
        return f"“{value}”"
    return (
        "["
        + ", ".join(
            " ".join(str(part) for part in row.values()) if isinstance(row, Mapping) else str(row) for row in value
        )
        + "]"
    )


def spread_table(spreads: Mapping[str, Latency], title: str) -> Table:
    """Stage by stage, p50 and p95."""
    table = Table(title=title, title_justify="left")
    table.add_column("stage")
    for head in ("p50", "p95", "turns"):
        table.add_column(head, justify="right")
    for stage in (*STAGES, "total"):
        if stage in spreads:
            row = spreads[stage]
            table.add_row(
                "end of speech → first sound" if stage == "total" else WORDS[stage],
                f"{row.p50:.2f} s",
                f"{row.p95:.2f} s",
                str(row.n),
            )
    return table
