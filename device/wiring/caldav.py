"""CalDAV for phones, as the settings say."""

from __future__ import annotations

import ipaddress
import logging
import socket
import ssl
from pathlib import Path

from device.caldav.accounts import Accounts
from device.caldav.certificate import own_certificate
from device.caldav.door import Door, Refusals
from device.caldav.home import CalendarHome
from device.caldav.server import CaldavServer, tls_of
from device.caldav.writer import CalendarWriter
from device.configuration.settings import CaldavSettings, Settings
from device.wiring.basis import calendar_zone
from device.wiring.mind import Mind
from services.store.store import Store

log = logging.getLogger(__name__)


def build_caldav(settings: Settings, store: Store, mind: Mind) -> CaldavServer | None:
    """What serves it; None where it is off, or Radicale is not installed, which the log tells."""
    wanted = settings.caldav
    if not wanted.enabled:
        return None
    try:
        from device.caldav.radicale_plugins.application import radicale_application
    except ImportError as error:
        log.error(
            "CalDAV is not served: %s. Install Radicale, which is no part of Equerry, as docs/caldav.md tells.",
            error,
        )
        return None
    home = CalendarHome(store, mind.policy, lambda: calendar_zone(settings))
    refusals = Refusals()
    inner = radicale_application(home, CalendarWriter(store, mind.policy, home, mind.clock.now), refusals)
    door = Door(inner, Accounts(), refusals)
    return CaldavServer(door, wanted.address, wanted.port, lambda: _tls(wanted, store.path.parent))


def _tls(wanted: CaldavSettings, data: Path) -> ssl.SSLContext | None:
    """None on this machine alone, where a proxy may encrypt. Raises NoCertificate, CertificateUnusable."""
    if wanted.certificate:
        return tls_of(Path(wanted.certificate), Path(wanted.key))
    return None if _is_loopback(wanted.address) else tls_of(*own_certificate(data, socket.gethostname()))


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"
