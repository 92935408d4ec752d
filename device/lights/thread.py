"""The lights thread: draws what main has told it, and nothing while nothing moves."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import replace

from device.lights.ladder import LadderRung, rung_of
from device.lights.patterns import STILL
from device.lights.view import View
from firmware.base import Lights, Picture, Pixel
from firmware.errors import BodyError

log = logging.getLogger(__name__)

VOLUME_S = 2.0
"""Seconds for which a change of the volume is shown."""
RETRY_S = 5.0
"""Seconds after which lights that are lost are tried again, at the latest."""
SOFT, LOUD = -60.0, -20.0
"""dBFS that are shown as nothing and as all."""
_LONGEST = 3600.0
"""Seconds; longer waits overflow in some systems."""

Level = Callable[[], float | None]
"""dBFS; None for silence. Called by the lights thread, so for any."""


class Scene:
    """What is to be seen at a moment: a view, with the readings that change by themselves. Used by one thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._volume, self._volume_until = 0.0, -STILL
        self._name, self._began = "", 0.0
        self.voice: Level = _silence
        """How loud the microphone hears it; may be set at any time, as may the next two."""
        self.direction: Callable[[], float | None] = _silence
        """Where it hears it, degrees clockwise from the first pixel; None where it can't tell."""
        self.sound: Level = _silence
        """How loud what is spoken is."""

    def turned(self, volume: float) -> None:
        """The volume is this now, 0 to 1."""
        self._volume, self._volume_until = volume, self._clock() + VOLUME_S

    def seen(self, view: View) -> tuple[LadderRung, float, View]:
        """What is shown of it now, the seconds for which that has been so, and the view with the readings."""
        now = self._clock()
        view = replace(
            view,
            volume=self._volume if now < self._volume_until else None,
            voice=_loud(self.voice()) if view.phase == "listening" else 0.0,
            direction=self.direction() if view.phase == "listening" else None,
            sound=_loud(self.sound()) if view.phase == "speaking" else 0.0,
            left=view.timer.left(now) if view.timer else 0.0,
        )
        rung = rung_of(view)
        if rung.name != self._name:
            self._name, self._began = rung.name, now
        return rung, now - self._began, view


class Unlit:
    """No lights (firmware.base.Lights): none are wanted, or they can't be used."""

    count = 1
    rate = 0.0

    def show(self, picture: Picture) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


class Lighting(Scene):
    """`show`, `turned` and `dim` may be called by any thread; they leave what they are told, and never wait."""

    def __init__(
        self,
        lights: Lights,
        *,
        brightness: float = 1.0,
        quiet_brightness: float = 1.0,
        crashed: Callable[[Exception], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Brightness of the brightest, 0 to 1, and in quiet hours. A bug on the thread is `crashed`."""
        super().__init__(clock)
        self._lights = lights
        self.dim(brightness, quiet_brightness)
        self._crashed = crashed
        self._told: queue.SimpleQueue[View | float | None] = queue.SimpleQueue()
        """A view, a new volume, or the end."""
        self._view = View()
        self._shown: Picture | None = None
        self._failing = False
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Lighting:
        """Lit from now on."""
        self._thread = threading.Thread(target=self._guarded, name="lights", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Dark."""
        self.close()

    def show(self, view: View) -> None:
        """What is so now."""
        self._told.put(view)

    def turned(self, volume: float) -> None:
        """The volume is this now, 0 to 1."""
        self._told.put(volume)

    def dim(self, brightness: float, quiet_brightness: float) -> None:
        """So bright from the next picture on, 0 to 1; in quiet hours `quiet_brightness`."""
        self._bright, self._quiet_bright = brightness, min(brightness, quiet_brightness)

    def close(self) -> None:
        """Dark, and the thread ends. Harmless when already closed."""
        self._told.put(None)
        if self._thread is not None:
            self._thread.join(timeout=1.0)

    def run(self) -> None:
        """Until closed."""
        try:
            while self._listen(self.draw()):
                pass
        finally:
            self._lights.close()

    def draw(self) -> float:
        """Show what there is to be seen now; the seconds until it looks different."""
        rung, t, view = self.seen(self._view)
        count = self._lights.count
        dim = self._quiet_bright if view.quiet else self._bright
        pixels = rung.pattern.draw(t, view, count)
        self._put(Picture(rung.name, tuple(_dimmed(pixel, dim) for pixel in pixels)))
        moving = self._lights.rate > 0
        waits = [max(rung.pattern.still(t, view, count), 1 / self._lights.rate) if moving else STILL]
        if view.volume is not None:
            waits.append(self._volume_until - self._clock())
        if self._failing:
            waits.append(RETRY_S)
        return min(waits)

    def _put(self, picture: Picture) -> None:
        if picture == self._shown:
            return
        try:
            self._lights.show(picture)
        except BodyError as error:
            if not self._failing:
                log.error("%s", error)
            self._failing = True
        else:
            self._failing = False
            self._shown = picture

    def _listen(self, seconds: float) -> bool:
        """Wait so long for something new, then take all there is; False: the end."""
        try:
            told = self._told.get(timeout=min(max(0.0, seconds), _LONGEST))
            while True:
                if told is None:
                    return False
                if isinstance(told, View):
                    self._view = told
                else:
                    super().turned(told)
                told = self._told.get_nowait()
        except queue.Empty:
            return True

    def _guarded(self) -> None:
        try:
            self.run()
        except Exception as error:  # noqa: BLE001 - handed to main, which raises it: a bug is not hidden
            self._crashed(error)


def _silence() -> None:
    return None


def _loud(dbfs: float | None) -> float:
    return 0.0 if dbfs is None else min(1.0, max(0.0, (dbfs - SOFT) / (LOUD - SOFT)))


def _dimmed(pixel: Pixel, by: float) -> Pixel:
    red, green, blue = pixel
    return red * by, green * by, blue * by


class Dark(Scene):
    """For an appliance that never has lights."""

    def show(self, view: View) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""
