"""The payload of a message that asks for something: a JSON object, or the one thing itself. Pure.

RequestRefused
├── PayloadTooLong       not even looked at
└── those of device/requests/base.py
"""

from __future__ import annotations

from collections.abc import Mapping

from device.requests.base import Request, RequestRefused, RequestUnreadable, RequestWrong, fields_of
from device.requests.schemas import names_over, request_of

LONGEST = 65_536
"""Bytes of a message that is looked at."""
VERBS = names_over("mqtt")

_PRESSED = frozenset(("", "press"))
"""What a button of Home Assistant sends where nothing else is set."""
_SWITCHED = {"on": True, "true": True, "off": False, "false": False}


class PayloadTooLong(RequestRefused):
    """That message is too long: {length} bytes, and {most} are the most."""

    code = "request.too_long"


def read(verb: str, payload: bytes) -> Request:
    """The request of a message. Raises RequestRefused."""
    if len(payload) > LONGEST:
        raise PayloadTooLong(length=len(payload), most=LONGEST)
    try:
        text = payload.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise RequestUnreadable(reason="it is no UTF-8") from None
    return request_of(VERBS[verb], fields_of(text) if text[:1] in ("{", "[") else _said(verb, text), "mqtt")


def _said(verb: str, text: str) -> Mapping[str, object]:
    """The fields of a message that is no JSON object, but the one thing itself."""
    match verb:
        case "command" | "say":
            return {"text": text}
        case "ask":
            return {"question": text}
        case "mute":
            if (muted := _SWITCHED.get(text.casefold())) is None:
                raise RequestWrong(problems='mute is “on” or “off”, or {"muted": true}')
            return {"muted": muted}
    if text.casefold() not in _PRESSED:
        raise RequestWrong(problems=f"{verb} takes no words")
    return {}
