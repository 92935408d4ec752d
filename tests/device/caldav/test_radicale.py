"""The whole of it with Radicale on a real socket, as phones ask: where it is installed (the extra `caldav`)."""

from __future__ import annotations

import base64
import http.client
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from xml.etree import ElementTree as ET

import pytest

pytest.importorskip("radicale", reason="needs Radicale, which is no part of Equerry")

from device.caldav.accounts import Accounts
from services.store.base import DiskFull, Meeting, Project, Task
from tests.device.caldav.conftest import NOW, Desk, todo
from tests.device.caldav.serving import serving

DAV, CAL = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}"
NAMES = 'xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"'


@dataclass
class Phone:
    """Asks as one does."""

    port: int
    account: str = "anna"

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> tuple[int, dict[str, str], str]:
        signed = base64.b64encode(f"{self.account}:correct horse".encode()).decode()
        told = {
            "Authorization": f"Basic {signed}",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(method, path, body.encode(), told)
        response = connection.getresponse()
        return response.status, dict(response.getheaders()), response.read().decode()

    def found(self, method: str, path: str, body: str, depth: str = "0") -> dict[str, ET.Element]:
        status, _, text = self.ask(method, path, body, Depth=depth)
        assert status == 207, text
        root = ET.fromstring(text)
        return {each.findtext(f"{DAV}href", ""): each for each in root.iter(f"{DAV}response")}

    def etags(self, path: str) -> dict[str, str]:
        there = self.found("PROPFIND", path, f"<propfind {NAMES}><prop><getetag/></prop></propfind>", "1")
        return {href: each.findtext(f".//{DAV}getetag", "") for href, each in there.items() if href.endswith(".ics")}

    def since(self, path: str, token: str = "") -> tuple[str, dict[str, str]]:
        """The next token, and the status of each that changed."""
        asked = f"<sync-collection {NAMES}><sync-token>{token}</sync-token><prop><getetag/></prop></sync-collection>"
        status, _, text = self.ask("REPORT", path, asked)
        assert status == 207, text
        root = ET.fromstring(text)
        statuses = {
            each.findtext(f"{DAV}href", ""): each.findtext(f"{DAV}status") or each.findtext(f".//{DAV}status", "")
            for each in root.iter(f"{DAV}response")
        }
        return root.findtext(f"{DAV}sync-token", ""), statuses


@pytest.fixture
def phone(desk: Desk, accounts: Accounts) -> Iterator[Phone]:
    with serving(desk, accounts) as port:
        yield Phone(port)


def first(desk: Desk) -> str:
    task = next(each for each in desk.store.find(Task) if each.title == "send the report")
    return f"/anna/tasks/{task.id}.ics"


def test_a_phone_finds_what_it_has_by_the_address_alone(phone: Phone) -> None:
    assert phone.ask("GET", "/.well-known/caldav")[0] == 301
    principal = f"<propfind {NAMES}><prop><current-user-principal/><C:calendar-home-set/></prop></propfind>"
    root = phone.found("PROPFIND", "/", principal)["/"]
    assert root.findtext(f".//{DAV}current-user-principal/{DAV}href") == "/anna/"
    home = phone.found("PROPFIND", "/anna/", principal)["/anna/"]
    assert home.findtext(f".//{CAL}calendar-home-set/{DAV}href") == "/anna/"
    wanted = f"<propfind {NAMES}><prop><displayname/><C:supported-calendar-component-set/></prop></propfind>"
    there = phone.found("PROPFIND", "/anna/", wanted, "1")
    shown = {
        each.findtext(f".//{DAV}displayname"): [part.get("name") for part in each.iter(f"{CAL}comp")]
        for href, each in there.items()
        if href != "/anna/"
    }
    assert shown["Tasks"] == shown["Launch"] == shown["Shopping"] == ["VTODO"]
    assert shown["Meetings"] == shown["Reminders"] == ["VEVENT"]
    assert "calendar-access" in phone.ask("OPTIONS", "/anna/tasks/")[1]["DAV"]


def test_only_what_differs_is_told_the_next_time(phone: Phone, desk: Desk) -> None:
    token, there = phone.since("/anna/tasks/")
    assert list(there) == [first(desk)]
    assert phone.since("/anna/tasks/", token) == (token, {})
    assert phone.ask("PUT", "/anna/tasks/new.ics", todo("buy milk"))[0] == 201
    with desk.store.transaction("spoken", now=NOW) as tx:
        tx.remove(next(each for each in desk.store.find(Task) if each.title == "send the report"))
    changed = phone.since("/anna/tasks/", token)[1]
    assert {href: status.split()[1] for href, status in changed.items()} == {
        "/anna/tasks/new.ics": "200",
        first_gone(there): "404",
    }
    assert (
        phone.ask(
            "REPORT",
            "/anna/tasks/",
            f"<sync-collection {NAMES}><sync-token>http://x/y</sync-token><prop/></sync-collection>",
        )[0]
        == 403
    )


def first_gone(there: dict[str, str]) -> str:
    return next(iter(there))


def test_many_are_fetched_at_once(phone: Phone, desk: Desk) -> None:
    hrefs = "".join(f"<href>{href}</href>" for href in (first(desk), "/anna/tasks/nothing.ics"))
    asked = f"<C:calendar-multiget {NAMES}><prop><getetag/><C:calendar-data/></prop>{hrefs}</C:calendar-multiget>"
    there = phone.found("REPORT", "/anna/tasks/", asked)
    assert "SUMMARY:send the report" in there[first(desk)].findtext(f".//{CAL}calendar-data", "")
    assert "404" in there["/anna/tasks/nothing.ics"].findtext(f"{DAV}status", "")


def test_meetings_are_asked_for_by_time(phone: Phone, desk: Desk) -> None:
    with desk.store.transaction("more", now=NOW) as tx:
        standup = desk.store.find(Meeting)[0]
        tx.add(replace(standup, id="", title="weekly", rrule="FREQ=WEEKLY"))

    def summaries(start: str, end: str) -> list[str]:
        asked = (
            f"<C:calendar-query {NAMES}><prop><C:calendar-data/></prop><C:filter><C:comp-filter name='VCALENDAR'>"
            f"<C:comp-filter name='VEVENT'><C:time-range start='{start}' end='{end}'/></C:comp-filter></C:comp-filter>"
            "</C:filter></C:calendar-query>"
        )
        return re.findall("SUMMARY:(.*)", phone.ask("REPORT", "/anna/calendar/", asked, Depth="1")[2])

    assert sorted(each.strip() for each in summaries("20261127T000000Z", "20261128T000000Z")) == ["standup", "weekly"]
    assert [each.strip() for each in summaries("20261204T000000Z", "20261205T000000Z")] == ["weekly"]
    assert summaries("20261205T000000Z", "20261206T000000Z") == []


def test_conflicts_are_by_etag(phone: Phone, desk: Desk) -> None:
    href = first(desk)
    status, headers, text = phone.ask("GET", href)
    assert status == 200
    changed = text.replace("send the report", "send it")
    assert phone.ask("PUT", href, changed, If_Match='"other"')[0] == 412
    assert phone.ask("PUT", href, changed, If_None_Match="*")[0] == 412
    assert phone.ask("DELETE", href, If_Match='"other"')[0] == 412
    assert phone.ask("PUT", href, changed, If_Match=headers["ETag"])[0] == 204
    assert phone.ask("PUT", href, changed, If_Match=headers["ETag"])[0] == 412
    assert phone.etags("/anna/tasks/")[href] == phone.ask("GET", href)[1]["ETag"] != headers["ETag"]
    assert phone.ask("DELETE", href, If_Match=phone.etags("/anna/tasks/")[href])[0] == 200
    assert not phone.etags("/anna/tasks/")


def test_bad_requests_are_refused_with_a_sentence(phone: Phone, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    before = desk.store.rows(Task)
    for body, status in (
        ("", 400),
        ("no calendar", 400),
        (todo("x", "DUE:tomorrow"), 400),
        (todo("x", part="VEVENT"), 400),
        (todo("x", f"DESCRIPTION:{'y' * 30_000}"), 400),
        (todo("x", f"DESCRIPTION:{'y' * (1 << 20)}"), 413),
    ):
        found = phone.ask("PUT", "/anna/tasks/x.ics", body)
        assert (found[0], found[2].endswith(".\n")) == (status, True), found
    assert phone.ask("PUT", "/anna/nowhere/x.ics", todo("x"))[0] == 409
    assert phone.ask("GET", "/anna/tasks/nothing.ics")[0] == 404
    assert phone.ask("PROPFIND", "/anna/nowhere/")[0] == 404
    assert phone.ask("DELETE", "/anna/tasks/nothing.ics")[0] == 404
    assert phone.ask("DELETE", "/anna/tasks/")[0] == 403
    assert phone.ask("PUT", "/anna/tasks/", todo("x"))[0] in (400, 403, 409)
    assert phone.ask("REPORT", "/anna/tasks/", "<no xml")[0] == 400
    assert phone.ask("REPORT", "/anna/tasks/", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>")[0] == 400
    assert desk.store.rows(Task) == before


def test_a_full_disk_is_told(phone: Phone, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise DiskFull(path="the store") from sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("device.caldav.writer.take", full)
    found = phone.ask("PUT", "/anna/tasks/x.ics", todo("x"))
    assert found[0] == 507
    assert "is full" in found[2]
    monkeypatch.undo()
    assert [each.title for each in desk.store.find(Task)] == ["send the report", "print the posters"]


def test_everybody_has_only_what_is_theirs(phone: Phone, desk: Desk) -> None:
    guest = replace(phone, account="guest")
    assert guest.ask("PROPFIND", "/anna/")[0] == 403
    assert guest.ask("GET", first(desk))[0] == 403
    assert guest.ask("GET", first(desk).replace("anna", "guest"))[0] == 200
    assert guest.ask("PUT", "/guest/tasks/x.ics", todo("x"))[0] == 403
    assert guest.ask("DELETE", first(desk).replace("anna", "guest"))[0] == 403
    assert guest.ask("PROPFIND", "/guest/reminders/")[0] == 404
    assert replace(phone, account="nobody").ask("PROPFIND", "/nobody/")[0] == 401


def test_collections_are_made_and_renamed_and_stay(phone: Phone, desk: Desk) -> None:
    named = f"<C:mkcalendar {NAMES}><set><prop><displayname>Garden</displayname></prop></set></C:mkcalendar>"
    assert phone.ask("MKCALENDAR", "/anna/9B1C5A7E-0D5B-4E7B-8B2F-0E8F9D6A1C11/", named)[0] == 201
    made = next(each for each in desk.store.find(Project) if each.name == "Garden")
    rename = f"<propertyupdate {NAMES}><set><prop><displayname>Allotment</displayname></prop></set></propertyupdate>"
    assert phone.ask("PROPPATCH", f"/anna/{made.id}/", rename)[0] == 207
    assert desk.store.get(Project, made.id) == replace(
        made, name="Allotment", updated=NOW.isoformat(timespec="milliseconds")
    )
    assert phone.ask("DELETE", f"/anna/{made.id}/")[0] == 403
    assert phone.ask("MOVE", first(desk), Destination=f"http://127.0.0.1:{phone.port}/anna/{made.id}/t.ics")[0] == 201
    assert list(phone.etags(f"/anna/{made.id}/")) == [f"/anna/{made.id}/t.ics"]
