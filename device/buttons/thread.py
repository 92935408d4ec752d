"""Turns edges of the talk buttons' pins into gestures and puts them into the inbox, on the thread `button`."""

from __future__ import annotations

import logging
import queue
import time
from collections.abc import Callable, Sequence
from functools import partial

from device.buttons.gestures import Gestures
from device.turn import events as on
from firmware.base import Button

log = logging.getLogger(__name__)

_LONGEST = 3600.0
"""Seconds; longer waits overflow in some systems."""


class Buttons:
    """All talk buttons, which count as one. The pin library's thread only leaves edges here."""

    name = "button"

    def __init__(
        self,
        buttons: Sequence[Button],
        put: Callable[[on.ButtonEvent], None],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Watches from now on. What happens before `run` does not count, except that a button is known to be down."""
        self._buttons = buttons
        self._put = put
        self._clock = clock
        self._edges: queue.SimpleQueue[tuple[bool, float, int] | None] = queue.SimpleQueue()
        self._stopping = False
        for number, button in enumerate(buttons):
            button.watch(partial(self._edge, True, number), partial(self._edge, False, number))

    def run(self) -> None:
        """Put gestures into the inbox until stopped."""
        while not self._edges.empty():  # of the time in which the models were loaded
            self._edges.get_nowait()
        began = self._clock()
        gestures = Gestures(down=[number for number, button in enumerate(self._buttons) if button.down], at=began)
        while not self._stopping:
            deadline = gestures.deadline
            wait = _LONGEST if deadline is None else min(max(0.0, deadline - self._clock()), _LONGEST)
            try:
                edge = self._edges.get(timeout=wait)
            except queue.Empty:
                told = gestures.due(self._clock())
            else:
                told = gestures.turned(*edge) if edge else []
            for event in told:
                self._tell(event)

    def _tell(self, event: on.ButtonEvent) -> None:
        if event == on.ButtonStuck(True):
            log.error("The talk button is stuck: it counts as up until it comes up. Check whether something jams it.")
        elif event == on.ButtonStuck(False):
            log.info("the talk button came up again")
        self._put(event)

    def stop(self) -> None:
        """End soon, from any thread."""
        self._stopping = True
        self._edges.put(None)

    def close(self) -> None:
        """Give the pins back; harmless when already closed."""
        for button in self._buttons:
            button.close()

    def _edge(self, down: bool, number: int) -> None:
        self._edges.put((down, self._clock(), number))
