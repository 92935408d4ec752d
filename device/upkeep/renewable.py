"""A part that can be begun anew while the appliance runs, such as the watch on the inbox: one thread, one after the
other.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from device.turn.reactor import Beside


class Renewable:
    """Runs a part until it is stopped, or goes on with another one (device.turn.reactor.Beside). Without a part it
    waits for one.
    """

    def __init__(self, name: str, part: Beside | None) -> None:
        """`name`: of the thread."""
        self.name = name
        self._part = part
        self._changed = threading.Condition()
        self._stopping = False

    def run(self) -> None:
        """Until stopped."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._stopping or self._part is not None)
                part = self._part
                if self._stopping or part is None:
                    return
            part.run()
            with self._changed:
                if self._part is part and not self._stopping:
                    return  # it has come to an end by itself

    def renew(self, part: Beside | None) -> None:
        """Go on with this one, as soon as the one before has stopped. From any thread."""
        with self._changed:
            before, self._part = self._part, part
            self._changed.notify_all()
        if before is not None:
            before.stop()

    def stop(self) -> None:
        """End soon."""
        with self._changed:
            self._stopping = True
            part = self._part
            self._changed.notify_all()
        if part is not None:
            part.stop()
