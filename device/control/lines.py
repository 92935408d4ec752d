"""Lines of JSON in and out of the control socket: a request for a line, or a refusal.

The first line of a connection carries the version of the protocol, and may be nothing but that.
"""

from __future__ import annotations

import json
from typing import Any

from device import __version__
from device.control.client import PROTOCOL, OtherVersion
from device.requests.base import LONGEST_NAME, Request, RequestUnreadable, fields_of
from device.requests.schemas import names_over, request_of

REQUESTS = names_over("socket")


def read(line: bytes, *, first: bool) -> Request:
    """A line without its end; the `first` one must tell the version. Raises RequestRefused, OtherVersion."""
    fields = _object(line)
    version, program = fields.pop("version", None), fields.pop("program", "")
    if first or version is not None:
        _check(version, program)
    name = fields.pop("request", "hello")
    if not isinstance(name, str) or name not in REQUESTS:
        raise RequestUnreadable(reason=f"it asks for none of {', '.join(REQUESTS)}")
    return request_of(REQUESTS[name], fields, "socket")


def _object(line: bytes) -> dict[str, Any]:
    try:
        text = line.decode()
        fields = fields_of(text)
        json.dumps(fields, ensure_ascii=False).encode()  # half of a surrogate pair is no text
    except UnicodeError:
        raise RequestUnreadable(reason="it is no UTF-8") from None
    return fields


def _check(version: object, program: object) -> None:
    if isinstance(version, bool) or not isinstance(version, int):
        raise RequestUnreadable(reason=f'the first line tells the version of the protocol: "version": {PROTOCOL}')
    if version != PROTOCOL:
        known = isinstance(program, str) and 0 < len(program) <= LONGEST_NAME["socket"] and program.isprintable()
        raise OtherVersion(ours=__version__, theirs=program if known else "another version")
