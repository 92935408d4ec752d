"""How those who speak over Wyoming are called as clients. Imports nothing of the protocol."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any

_NAME = re.compile(r"[A-Za-z0-9_.-]{1,32}")


def client_of(peer: str, context: Mapping[str, Any] | None, line: str) -> str:
    """Whose command it is: `wyoming:<address>[/<satellite>]#<conversation>`. The address is what the network tells, the
    rest what Home Assistant does. `line`: names the connection, whose own conversation it is where none is told.
    """
    told = context or {}
    satellite, conversation = told.get("satellite_id"), told.get("conversation_id")
    where = f"/{_name(satellite)}" if satellite else ""
    return f"wyoming:{peer}{where}#{_name(conversation) if conversation else line}"


def satellite_of(client: str, satellites: Iterable[str]) -> str | None:
    """Which of these satellites of Home Assistant spoke; None where none did, or it did not say."""
    told = client.partition("#")[0].partition("/")[2] if client.startswith("wyoming:") else ""
    return next((each for each in satellites if told == _name(each)), None)


def _name(told: object) -> str:
    """As it is, or a digest where it can't stand in a client's name: two must never become one."""
    if isinstance(told, str) and _NAME.fullmatch(told):
        return told
    return "x-" + hashlib.sha256(repr(told).encode(errors="surrogatepass")).hexdigest()[:30]
