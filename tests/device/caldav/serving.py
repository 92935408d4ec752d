"""The server with Radicale, on a real socket. Imported only where that is installed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from device.caldav.accounts import Accounts
from device.caldav.door import Door, Refusals
from device.caldav.radicale_plugins.application import radicale_application
from device.caldav.server import CaldavServer
from tests.device.caldav.conftest import Desk


@contextmanager
def serving(desk: Desk, accounts: Accounts) -> Iterator[int]:
    """The port of a server with Radicale, for anna, sarah and guest, whose password is "correct horse"."""
    for name in ("anna", "sarah", "guest"):
        accounts.add(name, "correct horse")
    refusals = Refusals()
    inner = radicale_application(desk.home, desk.writer, refusals)
    server = CaldavServer(Door(inner, accounts, refusals, sleep=lambda _: None), "127.0.0.1", 0, lambda: None)
    port = server.open()
    thread = threading.Thread(target=server.run, name="caldav")
    thread.start()
    yield port
    server.stop()
    thread.join()
