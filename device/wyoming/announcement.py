"""Told on the local network that the server is there (mDNS, RFC 6762), so that Home Assistant finds it by itself."""

from __future__ import annotations

import logging
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
        label = "".join(char if char.isprintable() and char != "." else " " for char in name)[:40]
        told = ServiceInfo(KIND, f"{label}.{KIND}", parsed_addresses=[address], port=port)
        line.register_service(told, allow_name_change=True)
    except (OSError, Error) as error:
        log.warning("Wyoming: the network was not told of %s (%s).", address, error)
    try:
        yield
    finally:
        if line:
            line.close()
