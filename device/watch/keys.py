"""A line being typed: keys in, what they mean out. Pure."""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field
from typing import Literal

from device.control.wire import plain

LONGEST = 2000
"""Letters of a line; further ones are not taken."""


@dataclass(frozen=True, slots=True)
class KeyPress:
    """What a key means."""

    what: Literal["toggle", "line", "edit", "end", "break"]
    """Enter or Space on an empty line; Enter on another; it looks different; Ctrl-D on an empty line; Ctrl-C."""
    text: str = ""


@dataclass(slots=True)
class Typing:
    """UTF-8 in pieces, escape sequences left out."""

    text: str = ""
    _decoder: codecs.IncrementalDecoder = field(
        default_factory=lambda: codecs.getincrementaldecoder("utf-8")("replace")
    )
    _escape: str = ""

    def take(self, came: bytes) -> list[KeyPress]:
        """What these bytes mean, in order."""
        return [key for letter in self._decoder.decode(came) if (key := self._one(letter))]

    def _one(self, letter: str) -> KeyPress | None:  # noqa: PLR0911 - a row for each key
        if self._escape or letter == "\x1b":
            self._skip(letter)
            return None
        match letter:
            case "\r" | "\n":
                said, self.text = self.text.strip(), ""
                return KeyPress("line", said) if said else KeyPress("toggle")
            case " " if not self.text:
                return KeyPress("toggle")
            case "\x03":
                return KeyPress("break")
            case "\x04":
                return None if self.text else KeyPress("end")
            case "\x7f" | "\b":
                self.text = self.text[:-1]
                return KeyPress("edit", self.text)
            case "\x15":
                self.text = ""
                return KeyPress("edit")
            case "\x17":
                self.text = self.text.rstrip()[: self.text.rstrip().rfind(" ") + 1]
                return KeyPress("edit", self.text)
        if plain(letter) == letter and len(self.text) < LONGEST:
            self.text += letter
            return KeyPress("edit", self.text)
        return None

    def _skip(self, letter: str) -> None:
        """An arrow, a function key: ESC [ … letter (ECMA-48), ESC O letter, or ESC and anything."""
        self._escape += letter
        if len(self._escape) == 1 or (len(self._escape) == 2 and letter in "[O"):
            return
        if self._escape[1] in "[O" and not "@" <= letter <= "~" and len(self._escape) < 32:
            return
        self._escape = ""
