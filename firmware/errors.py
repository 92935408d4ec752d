"""The root of every expected failure.

    ExpectedError
    ├── BodyError           firmware: microphone, speaker, lights, button, audio files
    ├── FacultyError        services: engines, store, understanding (each service's base.py has its branch)
    └── device.errors.*     the appliance: configuration, models, control

An expected failure has a stable `code` for programs and a docstring that is the sentence its owner reads or hears, with
the facts filled in. Whatever is not an ExpectedError is a bug: it crashes the process and systemd starts it again.
"""

from __future__ import annotations

from typing import ClassVar


class ExpectedError(Exception):
    """Something went wrong that we know of."""

    code: ClassVar[str] = "error"

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(self._sentence())

    def _sentence(self) -> str:
        words = " ".join((type(self).__doc__ or type(self).__name__).split())
        return words.format(**self.facts)


class BodyError(ExpectedError):
    """Part of the device does not work."""

    code = "body"


class FacultyError(ExpectedError):
    """An engine does not work."""

    code = "faculty"
