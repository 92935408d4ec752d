"""Whether what this device stamps may go out to others."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from device.clock import Clock
from services.store.base import StoreError

log = logging.getLogger(__name__)


class Trusted:
    """The wall clock is believed, and what was stamped while it was years ahead is stamped anew. For the thread `mqtt`."""

    def __init__(self, clock: Clock, heal: Callable[[datetime], int]) -> None:
        """`heal`: Store.heal."""
        self._clock = clock
        self._heal = heal
        self._healed = False
        clock.watch(lambda _: None, self._doubt)

    def _doubt(self) -> None:
        self._healed = False

    def __call__(self) -> bool:
        """False, too, while the store can't be written."""
        if not self._clock.believed:
            return False
        if not self._healed:
            try:
                mended = self._heal(self._clock.read())
            except StoreError as error:
                log.error("%s", error)
                return False
            self._healed = True
            if mended:
                log.warning("%d documents had been stamped with a clock that was far ahead; they are stamped anew.", mended)
        return True
