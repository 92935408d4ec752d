"""What a broker means by a reason code (MQTT 5.0, 2.4; those of 3.1.1 come translated), as an expected failure.
Pure.
"""

from __future__ import annotations

from services.sync.base import BrokerLost, BrokerRefused, BrokerUnreachable, SessionTaken, SyncError

UNSUPPORTED_VERSION = 0x84
_NOT_AUTHORISED = 0x87
KEEP_ALIVE = 0x8D
TOO_LARGE = 0x95
OVER_QUOTA = 0x97
_TAKEN_OVER = 0x8E

_NOT_NOW = {
    0x88: "it is not available now",
    0x89: "it is busy",
    OVER_QUOTA: "we are over its quota",
    0x9F: "we connect too often",
}
_NOT_US = {
    UNSUPPORTED_VERSION: "it does not speak this version of MQTT",
    0x85: "it does not take our client name",
    0x86: "bad user name or password",
    _NOT_AUTHORISED: "not authorised",
    0x8A: "we are banned",
    0x8C: "it wants another way of logging in",
}
_GONE = {
    KEEP_ALIVE: "it has not heard from us",
    0x8B: "it is shutting down",
    TOO_LARGE: "it got a message that is too large for it",
    0x98: "somebody ended the connection there",
}


def refusal(code: int, name: str, host: str) -> SyncError:
    """Of a CONNACK; `name` is what the standard calls the code."""
    if code in _NOT_NOW:
        return BrokerUnreachable(host=host, reason=_NOT_NOW[code])
    return BrokerRefused(host=host, reason=_NOT_US.get(code, name.lower()))


def farewell(code: int, name: str, host: str, client: str) -> SyncError:
    """Of a DISCONNECT that the broker sends."""
    if code == _TAKEN_OVER:
        return SessionTaken(host=host, client=client)
    if code == _NOT_AUTHORISED:
        return BrokerRefused(host=host, reason=_NOT_US[code])
    return BrokerLost(host=host, reason=_GONE.get(code) or _NOT_NOW.get(code) or name.lower())


def rejection(code: int, name: str) -> str:
    """Of a PUBACK, in words."""
    if code == OVER_QUOTA:
        return "too large, or too much"
    return _NOT_US.get(code, name.lower())
