"""Shows how far a download is: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

MEGABYTE = 1_000_000


class Watcher:
    """Is told what a pull does; this one shows nothing."""

    def say(self, text: str) -> None:
        """A line for the person who waits."""

    def begin(self, title: str, done: int, total: int | None) -> None:
        """A download starts; `done` of `total` bytes (None: not known how many) are here already."""

    def update(self, done: int) -> None:
        """So many bytes are here now."""

    def end(self) -> None:
        """The download is over, well or badly."""


NOBODY = Watcher()


def _print_now(text: str) -> None:
    print(text, flush=True)  # noqa: T201  this is where the lines go


class PlainLines(Watcher):
    """A line at every quarter, for logs and pipes."""

    def __init__(self, write: Callable[[str], None] = _print_now) -> None:
        self._write = write
        self._title = ""
        self._total: int | None = None
        self._quarter = 0

    def say(self, text: str) -> None:
        self._write(text)

    def begin(self, title: str, done: int, total: int | None) -> None:
        self._title, self._total = title, total
        self._quarter = self._quarter_of(done)
        size = f"{total / MEGABYTE:.1f} MB" if total else "size unknown"
        resumed = f", going on at {done / MEGABYTE:.1f} MB" if done else ""
        self._write(f"  {title}: {size}{resumed}")

    def update(self, done: int) -> None:
        if (quarter := self._quarter_of(done)) > self._quarter:
            self._quarter = quarter
            self._write(f"  {self._title}: {25 * quarter} %")

    def _quarter_of(self, done: int) -> int:
        return 4 * done // self._total if self._total else 0


class Bars(Watcher):
    """A bar for each download, on a terminal."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._progress: Progress | None = None
        self._task: TaskID | None = None

    def say(self, text: str) -> None:
        self._console.print(text, highlight=False, markup=False)

    def begin(self, title: str, done: int, total: int | None) -> None:
        columns = (
            TextColumn("  {task.description}"),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
        )
        self._progress = Progress(*columns, console=self._console)
        self._progress.start()
        self._task = self._progress.add_task(title, total=total, completed=done)

    def update(self, done: int) -> None:
        if self._progress and self._task is not None:
            self._progress.update(self._task, completed=done)

    def end(self) -> None:
        if self._progress:
            self._progress.stop()
        self._progress = self._task = None


def for_stdout() -> Watcher:
    """What fits where the output goes."""
    return Bars(Console()) if sys.stdout.isatty() else PlainLines()
