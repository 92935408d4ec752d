"""What was shown: lights that only remember their states, and the characters of `equerry watch`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial

from device.lights.ladder import rung_of
from device.lights.view import View
from device.messages.base import DeviceMessage
from device.watch.screen import Watching


def as_svg(app: Watching) -> str:
    """The screen as it is now."""
    return app.export_screenshot(title="equerry watch")


def picture(
    told: Iterable[DeviceMessage],
    *,
    size: tuple[int, int] = (80, 24),
    at: datetime,
    away: str = "",
    keys: Sequence[str] = (),
    drawn: Callable[[Watching], str] = as_svg,
) -> str:
    """The screen after all of this was told, without an appliance. `at`: the time it shows; `away`: why nothing comes
    any more; `keys` are pressed then.
    """
    return asyncio.run(_pictured(told, size, at, away=away, keys=keys, drawn=drawn))


async def _pictured(
    told: Iterable[DeviceMessage],
    size: tuple[int, int],
    at: datetime,
    *,
    away: str,
    keys: Sequence[str],
    drawn: Callable[[Watching], str],
) -> str:
    app = Watching(None, now=lambda: at, clock=lambda: 0.0)
    async with app.run_test(size=size) as pilot:
        for each in told:
            app.take(each)
        if away:
            app.lose(away)
        for _ in range(2):  # a line that appears moves the others
            app.draw()
            await pilot.pause()
        for key in keys:
            await pilot.press(key)
            await pilot.pause()
        return drawn(app)


def characters(app: Watching) -> str:
    """Of the screen, line by line."""
    return "\n".join("".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips())


text_of = partial(picture, drawn=characters)


class ShownNames:
    """`names`: of each view the rung that is shown for it, in order, the same one twice only once."""

    def __init__(self) -> None:
        self.views: list[View] = []
        self.names: list[str] = []
        self.closed = False

    def show(self, view: View) -> None:
        self.views.append(view)
        name = rung_of(view).name
        if self.names[-1:] != [name]:
            self.names.append(name)

    def close(self) -> None:
        self.closed = True
