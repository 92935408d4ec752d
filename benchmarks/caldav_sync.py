"""What a phone waits for over CalDAV, with a real store and Radicale on a real socket: a first look at all tasks, one
at what differs, and a change.

    .venv/bin/python -m benchmarks.caldav_sync [--tasks 1000] [--rounds 7] [--tls]

Needs Radicale (the extra `caldav`). A phone asks which there are (sync-collection, RFC 6578) and fetches all of those
in pieces of 100 (calendar-multiget, RFC 4791). "Cold" is the first after a start of the appliance. Milliseconds, on the
same machine and without parsing what was fetched.
"""

from __future__ import annotations

import argparse
import base64
import http.client
import re
import ssl
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

from device.caldav import accounts as accounts_of
from device.caldav.certificate import own_certificate
from device.caldav.door import Door, Refusals
from device.caldav.home import CalendarHome
from device.caldav.radicale_plugins.application import radicale_application
from device.caldav.server import CaldavServer, tls_of
from device.caldav.writer import CalendarWriter
from device.configuration import roles, secrets
from services.actions.policy.policy import Policy
from services.actions.policy.roles import Identity
from services.exchange.calendar_write import Zone
from services.store.base import Task
from services.store.store import Store

NAMES = 'xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"'
AT_ONCE = 100
SIGNED = "Basic " + base64.b64encode(b"anna:correct horse").decode()


class Phone:
    """Asks as one does: a connection for each request."""

    def __init__(self, port: int, *, tls: bool) -> None:
        self._port = port
        self._tls = ssl._create_unverified_context() if tls else None

    def ask(self, method: str, path: str, body: str = "", depth: str = "0") -> str:
        """The answer. Raises AssertionError for a refusal."""
        connection = (
            http.client.HTTPSConnection("127.0.0.1", self._port, context=self._tls)
            if self._tls
            else http.client.HTTPConnection("127.0.0.1", self._port)
        )
        connection.request(method, path, body.encode(), {"Authorization": SIGNED, "Depth": depth})
        response = connection.getresponse()
        text = response.read().decode()
        assert response.status < 300, f"{response.status}: {text}"
        return text

    def sync(self, token: str = "") -> tuple[str, int]:
        """The next token, and how many entries were fetched."""
        asked = f"<sync-collection {NAMES}><sync-token>{token}</sync-token><prop><getetag/></prop></sync-collection>"
        told = self.ask("REPORT", "/anna/tasks/", asked)
        hrefs = re.findall(r"<(?:\w+:)?href>([^<]*\.ics)<", told)
        fetched = 0
        for start in range(0, len(hrefs), AT_ONCE):
            each = "".join(f"<href>{href}</href>" for href in hrefs[start : start + AT_ONCE])
            wanted = (
                f"<C:calendar-multiget {NAMES}><prop><getetag/><C:calendar-data/></prop>{each}</C:calendar-multiget>"
            )
            fetched += self.ask("REPORT", "/anna/tasks/", wanted).count("BEGIN:VTODO")
        found = re.search(r"sync-token>([^<]+)<", told)
        assert found
        return found[1], fetched


def timed(work: Callable[[], object]) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def filled(store: Store, count: int) -> None:
    """With tasks as they are: half due, some repeated, tagged and below another."""
    now = datetime.now(UTC)
    with store.transaction("filled") as tx:
        parent = ""
        for number in range(count):
            due = now + timedelta(days=number % 60) if number % 2 else None
            made = tx.add(
                Task(
                    title=f"task {number} that somebody has to do",
                    due=due,
                    rrule="FREQ=WEEKLY" if number % 20 == 1 else None,
                    first=due if number % 20 == 1 else None,
                    tags=("work",) if number % 3 == 0 else (),
                    assignees=("Sarah Chen",) if number % 4 == 0 else (),
                    parent_id=parent if number % 10 == 9 else None,
                )
            )
            parent = made.id


def main() -> None:
    """Print a Markdown table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--tasks", type=int, default=1000)
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--tls", action="store_true")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "equerry.db") as store:
        secrets.FOLDERS = accounts_of.FOLDERS = (Path(folder), Path(folder))
        known = accounts_of.Accounts({})
        known.add("anna", "correct horse")
        filled(store, chosen.tasks)
        loaded, _ = roles.load({})
        policy = Policy(
            loaded.model_copy(update={"clients": {**loaded.clients, "caldav:anna": Identity(role="owner")}})
        )
        cold = []
        for _ in range(chosen.rounds):
            home = CalendarHome(store, policy, lambda: Zone(ZoneInfo("Europe/Berlin"), "Europe/Berlin"))
            refusals = Refusals()
            inner = radicale_application(home, CalendarWriter(store, policy, home, lambda: datetime.now(UTC)), refusals)
            tls = tls_of(*own_certificate(Path(folder), "localhost")) if chosen.tls else None
            server = CaldavServer(Door(inner, known, refusals), "127.0.0.1", 0, lambda tls=tls: tls)
            phone = Phone(server.open(), tls=chosen.tls)
            threading.Thread(target=server.run, name="caldav", daemon=True).start()
            phone.ask("PROPFIND", "/anna/")
            cold.append(timed(phone.sync))
        warm = [timed(phone.sync) for _ in range(chosen.rounds)]
        token, fetched = phone.sync()
        assert fetched == chosen.tasks
        nothing = [timed(lambda: phone.sync(token)) for _ in range(chosen.rounds)]
        changed, put = [], []
        for number in range(chosen.rounds):
            with store.transaction("spoken") as tx:
                tx.put(replace(store.find(Task)[number], title=f"another title {number}"))
            token, changes = phone.sync(token)
            assert changes == 1
            href = f"/anna/tasks/{store.find(Task)[number].id}.ics"
            text = phone.ask("GET", href)
            put.append(
                timed(
                    lambda href=href, text=text, n=number: phone.ask("PUT", href, text.replace("another", f"new {n}"))
                )
            )
            changed.append(timed(partial(phone.sync, token)))
            token, _ = phone.sync(token)
        print(f"| {chosen.tasks} tasks | median | longest |\n|---|---|---|")
        for what, times in (
            ("a first sync, cold", cold),
            ("a first sync, warm", warm),
            ("a sync where nothing changed", nothing),
            ("a sync after one change", changed),
            ("a change, until it is committed", put),
        ):
            print(f"| {what} | {median(times):.0f} | {max(times):.0f} |")


if __name__ == "__main__":
    main()
