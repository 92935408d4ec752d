"""Lights that only remember which states they showed."""

from __future__ import annotations

from device.lights.ladder import rung_of
from device.lights.view import View


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
