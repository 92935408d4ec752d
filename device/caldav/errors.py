"""What a phone is refused: a status of HTTP (RFC 9110, RFC 4918) and a sentence."""

from __future__ import annotations

from typing import ClassVar

from device.errors import ApplianceError
from firmware.errors import ExpectedError
from services.actions.policy.denied import Denied
from services.exchange.base import TooMuch
from services.store.base import DiskFull, DocumentInvalid, StoreError


class CaldavError(ApplianceError):
    """That can't be done over CalDAV."""

    code = "caldav"
    status: ClassVar[int] = 400


class Unchangeable(CaldavError):
    """{words}"""

    code = "caldav.refused"
    status = 403


class NotThere(CaldavError):
    """There is no calendar {name} here, or it is not for you."""

    code = "caldav.unknown"
    status = 404


class EntryGone(CaldavError):
    """There is no entry {name} here, or it is not for you."""

    code = "caldav.gone"
    status = 404


class ChangedMeanwhile(CaldavError):
    """{name} was changed here meanwhile. Fetch it again and repeat your change."""

    code = "caldav.changed"
    status = 412


def status_of(error: ExpectedError) -> int:
    """Of HTTP, for an expected failure."""
    if isinstance(error, CaldavError):
        return error.status
    return next((status for kind, status in _STATUSES if isinstance(error, kind)), 400)


_STATUSES: tuple[tuple[type[ExpectedError], int], ...] = (
    (Denied, 403),
    (TooMuch, 413),
    (DiskFull, 507),
    (DocumentInvalid, 400),
    (StoreError, 503),
)
"""The first that fits counts."""
