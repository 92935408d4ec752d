"""The thread `call-line`: reads the other side's device for one call, and mends it when it fails."""

from __future__ import annotations

import threading
from collections.abc import Callable

from firmware.base import Microphone
from firmware.errors import BodyError
from firmware.frame import Frame
from firmware.sound.microphone import RetryDelay


class LineListener:
    """Runs for one call; nobody else touches its device."""

    def __init__(
        self, microphone: Microphone, take: Callable[[Frame], None], changed: Callable[[bool, str], None]
    ) -> None:
        """`take` is handed each frame, `changed` whether sound comes, and why not; on the thread, and neither waits."""
        self._microphone = microphone
        self._take, self._changed = take, changed
        self._stopping = threading.Event()
        self._failed = False
        self._thread = threading.Thread(target=self.run, name="call-line", daemon=True)

    def start(self) -> None:
        """Listen from now on."""
        self._thread.start()

    def stop(self, within_s: float = 0.3) -> None:
        """End soon; a device that gives nothing is left behind, and closes when it notices."""
        self._stopping.set()
        self._thread.join(within_s)

    def run(self) -> None:
        """Until stopped, or the sound of a file is over."""
        backoff = RetryDelay()
        while not self._stopping.is_set():
            try:
                self._stream(backoff)
                return
            except BodyError as error:
                if not self._failed:
                    self._failed = True
                    self._changed(False, str(error))
            finally:
                self._microphone.close()
            self._stopping.wait(backoff.next())

    def _stream(self, backoff: RetryDelay) -> None:
        """Read until stopped. Raises BodyError."""
        self._microphone.open()
        while not self._stopping.is_set():
            frame = self._microphone.read()
            if frame is None:
                return
            if self._failed:
                self._failed = False
                backoff.reset()
                self._changed(True, "")
            self._take(frame)
