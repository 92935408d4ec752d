"""Bytes and events: a line of JSON, maybe more JSON behind it, maybe sound behind that. Pure.

The format is that of the package wyoming (wyoming.event), whose own reader takes any length that is told and fails in
many ways on what is no event. Here every length is bounded, and there is one failure.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

from wyoming.event import Event, write_event

from device.errors import ApplianceError

LONGEST_LINE = 65_536
LONGEST_DATA = 65_536
LONGEST_PAYLOAD = 2**20
"""Bytes: 30 s of 16 kHz mono int16 in one piece fit."""


class FrameBroken(ApplianceError):
    """That is no event of the Wyoming protocol: {reason}."""

    code = "wyoming.frame"


class FrameReader:
    """Takes bytes as they come, gives whole events. After it has raised, the rest of the stream means nothing."""

    def __init__(self) -> None:
        self._heard = bytearray()
        self._looked = 0
        """So many bytes of a line that has not ended are known to hold no end of it."""
        self._head: tuple[dict[str, Any], int, int] | None = None
        """Of an event whose line is read: its fields, and the lengths of data and payload."""

    @property
    def open(self) -> bool:
        """Whether part of an event has come."""
        return bool(self._heard or self._head)

    def feed(self, heard: bytes) -> Iterator[Event]:
        """The events that these bytes complete. Raises FrameBroken."""
        self._heard += heard
        while (event := self._next()) is not None:
            yield event

    def _next(self) -> Event | None:
        if self._head is None and not self._read_line():
            return None
        assert self._head is not None
        fields, data_length, payload_length = self._head
        if len(self._heard) < data_length + payload_length:
            return None
        data = bytes(self._heard[:data_length])
        payload = bytes(self._heard[data_length : data_length + payload_length])
        del self._heard[: data_length + payload_length]
        self._head = None
        told = {**_object(fields.get("data")), **(_object(_json(data)) if data else {})}
        return Event(fields["type"], told, payload or None)

    def _read_line(self) -> bool:
        end = self._heard.find(b"\n", self._looked, LONGEST_LINE)
        if end < 0:
            if len(self._heard) >= LONGEST_LINE:
                raise FrameBroken(reason="its line is too long")
            self._looked = len(self._heard)
            return False
        line = bytes(self._heard[:end])
        del self._heard[: end + 1]
        self._looked = 0
        fields = _object(_json(line))
        if not isinstance(fields.get("type"), str):
            raise FrameBroken(reason="it has no type")
        self._head = (
            fields,
            _length(fields, "data_length", LONGEST_DATA),
            _length(fields, "payload_length", LONGEST_PAYLOAD),
        )
        return True


def _json(told: bytes) -> object:
    try:
        text = told.decode()
        found = json.loads(text)
        if "\\u" in text:  # which may have escaped half of a surrogate pair: a text that can't be sent back
            json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise FrameBroken(reason="it is not JSON") from None
    return found


def _object(told: object) -> dict[str, Any]:
    if told is None:
        return {}
    if not isinstance(told, dict):
        raise FrameBroken(reason="it is JSON, but no object")
    return told


def _length(fields: dict[str, Any], name: str, most: int) -> int:
    told = fields.get(name)
    if told is None:
        return 0
    if not isinstance(told, int) or isinstance(told, bool) or not 0 <= told <= most:
        raise FrameBroken(reason=f"its {name} is not from 0 to {most:,}")
    return told


def encoded(event: Event) -> bytes:
    """An event as it is sent."""
    line = io.BytesIO()
    write_event(event, line)
    return line.getvalue()
