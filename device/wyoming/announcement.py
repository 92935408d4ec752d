"""Told on the local network that the server is there (mDNS, RFC 6762), so that Home Assistant finds it by itself."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address

log = logging.getLogger(__name__)

KIND = "_wyoming._tcp.local."


@contextmanager
def announced(name: str, address: str, port: int) -> Iterator[None]:
    """While the block lasts, as `name`. Where that can't be done it is logged, and one goes without: whoever knows the
    address needs none. Of an address that only this machine has, nobody is told.
    """
    if ip_address(address).is_loopback:
        yield
        return
    from zeroconf import Error, ServiceInfo, Zeroconf  # noqa: PLC0415 - a library with threads of its own, where it is wanted

    line = None
    try:
        line = Zeroconf(interfaces=[address])
        host = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "equerry"
        told = ServiceInfo(
            KIND, f"{label(name)}.{KIND}", server=f"{host}-wyoming.local.", parsed_addresses=[address], port=port
        )
        line.register_service(told, allow_name_change=True)
    except (OSError, Error) as error:
        log.warning("Wyoming: the network was not told of %s (%s).", address, error)
    try:
        yield
    finally:
        if line:
            line.close()


def label(name: str) -> str:
    """A name as DNS-SD shows it (RFC 6763, 4.1.1): 63 bytes of UTF-8 at most; a dot would part it."""
    plain = "".join(char if char.isprintable() and char != "." else " " for char in name)
    return " ".join(plain.split()).encode(errors="ignore")[:63].decode(errors="ignore").strip() or "Equerry"
