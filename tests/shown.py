"""What was shown: lights that only remember their states, and the characters of `equerry watch`."""

from __future__ import annotations

from functools import partial

from device.lights.ladder import rung_of
from device.lights.view import View
from device.watch.screen import Watching, picture


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
