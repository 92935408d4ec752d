"""Files of other programs, broken ones, and those that mean harm."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firmware.errors import ExpectedError
from services.exchange.base import EntryNotUnderstood, FileUnusable, FormatUnknown, KindUnclear, TooMuch
from services.exchange.importer import import_, read
from services.exchange.sheet_write import written
from services.store.base import Meeting, Note, Person, Project, Task
from services.store.store import Store

from .conftest import BERLIN, taken, understood

CALENDAR = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Somebody//Else//EN
BEGIN:VTIMEZONE
TZID:Their Berlin
BEGIN:STANDARD
DTSTART:19701025T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19700329T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
UID:standup@example.org
DTSTAMP:20261101T000000Z
SUMMARY:Standup\\, daily
DTSTART;TZID=Their Berlin:20261123T090000
DURATION:PT15M
RRULE:FREQ=DAILY;UNTIL=20261130T080000Z
EXDATE;TZID=Their Berlin:20261125T090000
ATTENDEE;CN="Sarah Miller":mailto:sarah@example.org
ATTENDEE:mailto:tom@example.org
LOCATION:Room 4
END:VEVENT
BEGIN:VEVENT
UID:standup@example.org
RECURRENCE-ID;TZID=Their Berlin:20261124T090000
DTSTAMP:20261101T000000Z
SUMMARY:Standup\\, later
DTSTART;TZID=Their Berlin:20261124T110000
DTEND;TZID=Their Berlin:20261124T111500
END:VEVENT
BEGIN:VEVENT
UID:fair@example.org
DTSTAMP:20261101T000000Z
SUMMARY:Trade fair
DTSTART;VALUE=DATE:20261201
DTEND;VALUE=DATE:20261204
END:VEVENT
BEGIN:VTODO
UID:todo-1
DTSTAMP:20261101T000000Z
SUMMARY:Order the
  chairs
DUE:20261127T150000Z
PRIORITY:1
CATEGORIES:office,furniture
STATUS:IN-PROCESS
END:VTODO
BEGIN:VJOURNAL
UID:j
SUMMARY:not for us
END:VJOURNAL
END:VCALENDAR
"""


def test_a_calendar_of_another_program(store: Store, tmp_path: Path) -> None:
    with store.transaction("") as tx:
        sarah = tx.add(Person(name="Sarah Miller"))
    result = taken(store, tmp_path / "their.ics", CALENDAR)
    assert result.added == {"meeting": 3, "task": 1}
    standup, later, fair = sorted(store.find(Meeting), key=lambda meeting: (meeting.rrule is None, meeting.start))
    assert standup.title == "Standup, daily"
    assert standup.start == datetime(2026, 11, 23, 9, tzinfo=BERLIN)
    assert standup.end - standup.start == timedelta(minutes=15)
    assert standup.rrule == "FREQ=DAILY;UNTIL=20261130T090000"
    assert standup.skipped == (datetime(2026, 11, 25, 9, tzinfo=BERLIN), datetime(2026, 11, 24, 9, tzinfo=BERLIN))
    assert (standup.attendees, standup.attendee_ids) == (("Sarah Miller", "tom"), (sarah.id, ""))
    assert (later.title, later.start, later.rrule) == (
        "Standup, later",
        datetime(2026, 11, 24, 11, tzinfo=BERLIN),
        None,
    )
    assert fair.whole_day
    assert (fair.start, fair.end) == (datetime(2026, 12, 1, tzinfo=BERLIN), datetime(2026, 12, 4, tzinfo=BERLIN))
    (task,) = store.find(Task)
    assert (task.title, task.priority, task.status, task.tags) == (
        "Order the chairs",
        "urgent",
        "in_progress",
        ("office", "furniture"),
    )
    assert task.due == datetime(2026, 11, 27, 15, tzinfo=UTC)


def test_importing_again_changes_and_doubles_nothing(store: Store, tmp_path: Path) -> None:
    taken(store, tmp_path / "their.ics", CALENDAR)
    with store.transaction("mine") as tx:
        (task,) = tx.find(Task)
        tx.put(replace(task, state="mine"))
    again = taken(store, tmp_path / "their.ics", CALENDAR.replace("Order the", "Order six"))
    assert (again.added, again.updated, again.same) == ({}, {"task": 1}, 3)
    (task,) = store.find(Task)
    assert task.title == "Order six chairs"


def test_an_import_is_one_command_that_undo_reverses(store: Store, tmp_path: Path) -> None:
    taken(store, tmp_path / "their.ics", CALENDAR)
    with store.transaction("undo", client="console") as tx:
        tx.undo_last()
    assert not store.find(Task)
    assert not store.find(Meeting)


def test_a_dry_run_does_nothing(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "their.ics"
    result = import_(store, understood(path, CALENDAR), path, client="", dry_run=True)
    assert result.changes == 4
    assert not store.find(Task)


@pytest.mark.parametrize(
    ("wrong", "right", "where", "reason"),
    [
        ("DTSTART;VALUE=DATE:20261201", "DTSTART;VALUE=DATE:tomorrow", "line 39", "tomorrow"),
        ("UID:fair@example.org\n", "", "line 39", "UID"),
        ("DUE:20261127T150000Z", "DUE:20261327T150000Z", "line 46", ""),
        ("SUMMARY:Trade fair\n", "", "line 39", "SUMMARY"),
        ("RRULE:FREQ=DAILY;UNTIL", "RRULE:FREQ=NEVER;UNTIL", "line 19", "NEVER"),
        ("END:VTODO\n", "", "line 59", "END:VCALENDAR"),
        ("END:VCALENDAR\n", "", "its end", "VCALENDAR"),
        ("BEGIN:VCALENDAR\n", "hello\n", "line 1", "BEGIN:VCALENDAR"),
        ("PRIORITY:1", "PRIORITY:very", "line 46", ""),
    ],
)
def test_what_is_wrong_has_a_line(
    store: Store, tmp_path: Path, wrong: str, right: str, where: str, reason: str
) -> None:
    assert wrong in CALENDAR
    with pytest.raises(EntryNotUnderstood) as error:
        taken(store, tmp_path / "their.ics", CALENDAR.replace(wrong, right))
    assert where in str(error.value)
    assert reason in str(error.value)
    assert str(error.value).endswith("Nothing was changed.")
    assert not store.find(Task)


@pytest.mark.parametrize(
    "rule",
    ["FREQ=SECONDLY", "FREQ=DAILY;BYSECOND=1,2,3", "FREQ=YEARLY;BYDAY=" + ",".join(["MO"] * 300)],
)
def test_a_rule_that_is_too_much_is_left_out_with_a_note(store: Store, tmp_path: Path, rule: str) -> None:
    text = CALENDAR.replace("FREQ=DAILY;UNTIL=20261130T080000Z", rule)
    found = understood(tmp_path / "their.ics", text)
    assert found.notes[0].startswith("Line 19, Standup, daily: how it repeats is left out")
    assert all(getattr(each.document, "rrule", None) is None for each in found.incoming)


def test_a_rule_by_the_clock_of_another_zone_is_left_out_with_a_note(tmp_path: Path) -> None:
    text = CALENDAR.replace("Their Berlin:20261123", "America/New_York:20261123").replace(
        "FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO"
    )
    found = understood(tmp_path / "their.ics", text)
    assert "another zone" in found.notes[0]


def test_hostile_calendars_are_bounded(tmp_path: Path) -> None:
    path = tmp_path / "bad.ics"
    with pytest.raises(EntryNotUnderstood):
        understood(path, "BEGIN:VCALENDAR\n" + "BEGIN:VTODO\n" * 100_000)
    with pytest.raises(TooMuch):
        understood(path, "BEGIN:VCALENDAR\nBEGIN:VTODO\nSUMMARY:" + "x" * 1_000_000 + "\nEND:VTODO\nEND:VCALENDAR\n")
    with pytest.raises(EntryNotUnderstood, match="line 2: it is not in UTF-8"):
        understood(path, b"BEGIN:VCALENDAR\n\xff\xfe\n")
    with pytest.raises(EntryNotUnderstood, match="line 1"):
        understood(path, "/etc/passwd")
    assert understood(path, "BEGIN:VCALENDAR\nEND:VCALENDAR").incoming == ()
    assert understood(path, "").incoming == ()


# --- CSV


def test_a_sheet_as_people_write_them(store: Store, tmp_path: Path) -> None:
    sheet = (
        "\ufeffTask;Due Date;Importance;Assigned to;Project;Labels;Progress;Budget\r\n"
        '"Call the bank";2026-11-30;High;Sarah, Tom;Launch;phone;In Progress;100\r\n'
        "Water the plants;2026-12-01 14:00;;;launch;;done;\r\n"
        ";;;;;;;\r\n"
        '"Two\nlines";;;;;;;\r\n'
    )
    path = tmp_path / "tasks.csv"
    found = understood(path, sheet)
    assert found.notes == ("Columns left out: Budget.",)
    result = import_(store, found, path, client="")
    assert result.added == {"project": 1, "task": 3}
    bank, two, plants = sorted(store.find(Task), key=lambda task: task.title)
    assert (bank.priority, bank.assignees, bank.tags, bank.status) == (
        "high",
        ("Sarah", "Tom"),
        ("phone",),
        "in_progress",
    )
    assert (bank.due, bank.due_grain) == (datetime(2026, 11, 30, tzinfo=BERLIN), "day")
    assert (plants.due, plants.due_grain, plants.status) == (datetime(2026, 12, 1, 14, tzinfo=BERLIN), "minute", "done")
    assert bank.project_id == plants.project_id == store.find(Project)[0].id
    assert two.title == "Two\nlines"
    again = import_(store, found, path, client="")
    assert (again.changes, again.same) == (0, 3)


PEOPLE = "Full Name,Telephone,E-mail,Shoe size\nSarah Kim,555 1234,sarah@x.org,38\nTom Ford,+1 555 999,,44\n"


@pytest.mark.parametrize(("name", "kind"), [("people.csv", ""), ("Export (3).csv", ""), ("tasks.csv", "people")])
def test_people_are_people_by_their_headings_or_as_one_says(store: Store, tmp_path: Path, name: str, kind: str) -> None:
    found = understood(tmp_path / name, PEOPLE, kind=kind)
    assert found.notes == ("Columns left out: Shoe size.",)
    assert found.taken_as == ("" if kind else "contacts")
    import_(store, found, tmp_path / name, client="console")
    assert {(each.name, each.phone, each.email) for each in store.find(Person)} == {
        ("Sarah Kim", "555 1234", "sarah@x.org"),
        ("Tom Ford", "+1 555 999", ""),
    }


def test_somebody_in_the_contacts_is_not_doubled_and_loses_nothing(store: Store, tmp_path: Path) -> None:
    with store.transaction("by voice") as tx:
        tx.add(Person(name="Sarah Kim", email="sarah@x.org", role="designer"))
    sheet = "First Name,Last Name,Mobile Phone,E-mail Address\nsarah,kim,999,\nSarah,Kim,1,other@y.org\nEve,,2,\n"
    result = taken(store, tmp_path / "contacts.csv", sheet)
    assert (result.added, result.updated) == ({"person": 2}, {"person": 1})
    assert {(each.name, each.phone, each.email, each.role) for each in store.find(Person)} == {
        ("sarah kim", "999", "sarah@x.org", "designer"),
        ("Sarah Kim", "1", "other@y.org", ""),
        ("Eve", "2", "", ""),
    }


def test_headings_of_several_kinds_are_asked_about_and_the_name_of_the_file_tells(store: Store, tmp_path: Path) -> None:
    sheet = "name,members\nlaunch,\n"
    with pytest.raises(KindUnclear, match=r"channel, project\. Say which one: --kind"):
        understood(tmp_path / "export.csv", sheet)
    assert taken(store, tmp_path / "our channels.csv", sheet).added == {"channel": 1}
    assert understood(tmp_path / "meetings.csv", "title,start,end\nx,2026-11-30 10:00,2026-11-30 11:00\n").taken_as == (
        "meetings"
    )
    with pytest.raises(EntryNotUnderstood, match="line 2: name is empty"):
        understood(tmp_path / "people.csv", "First Name,Last Name,Phone\n,,555\n")


def test_two_rows_that_are_the_same_are_two_tasks(store: Store, tmp_path: Path) -> None:
    assert taken(store, tmp_path / "t.csv", "title\nbuy milk\nbuy milk\n").added == {"task": 2}
    assert taken(store, tmp_path / "t.csv", "title\nbuy milk\nbuy milk\n").changes == 0


@pytest.mark.parametrize(
    ("sheet", "sentence"),
    [
        ("name,due\nx,2026-13-01\n", "line 2: due: I know no time '2026-13-01'; write it as 2026-11-30"),
        (
            "title,priority\na,high\nb,enormous\n",
            "line 3: priority: I know no 'enormous'; there are low, normal, high, urgent",
        ),
        ("title,status\n\na,gone\n", "line 3: status: I know no 'gone'"),
        ("due,priority\n,high\n", "line 1: there is no column title; there are: due, priority"),
        ("", "line 1: there is no column title; there are: none"),
        ("title,due\n,2026-11-30\n", "line 2: title is empty"),
        ('title\n"open\n', "line 2: unexpected end of data"),
        (f"title\n{'x' * 501}\n", "line 2: title: String should have at most 500 characters"),
        ("title\n" + "x" * 2_000_000 + "\n", "line 2: field larger than field limit"),
    ],
)
def test_what_is_wrong_in_a_sheet_has_a_line_and_helps(store: Store, tmp_path: Path, sheet: str, sentence: str) -> None:
    with pytest.raises(EntryNotUnderstood) as error:
        taken(store, tmp_path / "tasks.csv", sheet)
    assert sentence in str(error.value)
    assert not store.find(Task)


def test_a_formula_is_no_formula(store: Store, tmp_path: Path) -> None:
    with store.transaction("") as tx:
        tx.add(Note(content='=HYPERLINK("http://x")'))
        tx.add(Note(content="'=1+1"))
    text = written(store, Note)
    assert ",\"'=HYPERLINK" in text
    assert ",''=1+1" in text
    assert [each.document.content for each in understood(tmp_path / "note.csv", text).incoming] == [
        '=HYPERLINK("http://x")',
        "'=1+1",
    ]  # type: ignore[attr-defined]


# --- JSON


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"equerry": 1,\n "documents": {"task": [}}', "line 2: Expecting value"),
        ("[]", "line 1: it is no export of ours"),
        ('{"equerry": 2, "documents": {}}', "line 1: it is no export of ours"),
        ('{"equerry": 1, "documents": {"tusk": []}}', "documents.tusk: there is no such kind"),
        ('{"equerry": 1, "documents": {"task": [{"title": "x"}]}}', "documents.task[0]: it has no id"),
        (
            '{"equerry": 1, "documents": {"task": [{"id": "x"}]}}',
            "documents.task[0]: missing 1 required keyword-only argument: 'title'",
        ),
        (
            '{"equerry": 1, "documents": {"task": [{"id": "x", "title": 7}]}}',
            "documents.task[0]: title: Input should be a valid string",
        ),
        ("[" * 100_000, "line 1: it is nested too deeply"),
    ],
)
def test_what_is_wrong_in_json_has_a_place(store: Store, tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(EntryNotUnderstood) as error:
        taken(store, tmp_path / "x.json", text)
    assert sentence in str(error.value)


def test_an_entry_of_the_ledger_is_never_changed(store: Store, tmp_path: Path) -> None:
    entry = (
        '{"equerry": 1, "documents": {"entry": [{"id": "e", "customer_id": "c", "minor": %d, "currency": "INR",'
        ' "reason": "credit"}]}}'
    )
    assert taken(store, tmp_path / "x.json", entry % 100).added == {"entry": 1}
    assert taken(store, tmp_path / "x.json", entry % 100).same == 1
    with pytest.raises(EntryNotUnderstood, match="is another one"):
        taken(store, tmp_path / "x.json", entry % 200)


def test_files_that_are_none_of_ours(tmp_path: Path) -> None:
    with pytest.raises(FormatUnknown):
        understood(tmp_path / "x.docx", "")
    with pytest.raises(FileUnusable):
        read(tmp_path / "gone.csv", kind="", zone=BERLIN, find_time=lambda _: None)


# --- anything


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_stands_in_a_file_there_is_no_traceback(tmp_path: Path, data: st.DataObject) -> None:
    """A file that was cut, mixed up or made up is understood or refused by name."""
    suffix = data.draw(st.sampled_from([".ics", ".csv", ".json"]))
    if data.draw(st.booleans()):
        text = data.draw(st.binary(max_size=300))
    else:
        lines = data.draw(
            st.lists(
                st.sampled_from([*CALENDAR.splitlines(), "title,due,tags", "a,b,c", '{"equerry": 1,', "}", '"']),
                max_size=40,
            )
        )
        text = "\n".join(lines).encode()
        for _ in range(data.draw(st.integers(0, 3))):
            place = data.draw(st.integers(0, max(0, len(text) - 1)))
            text = text[:place] + data.draw(st.binary(max_size=3)) + text[place + 1 :]
    try:
        understood(tmp_path / f"any{suffix}", text)
    except ExpectedError as error:
        assert str(error)
