"""A document as a phone has it, and what the phone sends back as changes of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.exchange.base import EntryNotUnderstood, TooMuch, document_id
from services.exchange.calendar_changes import Sent, There, understood
from services.exchange.calendar_lines import foreign, joined, lines_of, value_of, without_ours
from services.exchange.calendar_resource import ResourceFacts, resource
from services.exchange.calendar_write import Zone
from services.store.base import Document, Item, Meeting, Reminder, Task
from tests.services.exchange.conftest import BERLIN

ZONE = Zone(BERLIN, "Europe/Berlin")
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
AT = "2026-11-20T08:00:00.000+00:00"
ID, OTHER = "01a21252-aae0-7744-b96f-8e81622bd4aa", "01a21252-aae0-7744-b96f-8e81622bd4ab"
DUE = datetime(2026, 11, 27, 15, 0, tzinfo=UTC)


def task(**fields: object) -> Task:
    return Task(**{"id": ID, "created": AT, "updated": AT, "title": "send the report", **fields})


def told(document: Document, kept: str = "") -> str:
    return resource(document, ResourceFacts(document.id, kept), ZONE)


def sent(text: str, before: Document, kept: str = "") -> Sent:
    return understood(text, type(before), "x.ics", ZONE, now=NOW, there=There(before, told(before, kept), kept))


def new(text: str, kind: type[Document]) -> Sent:
    return understood(text, kind, "x.ics", ZONE, now=NOW, there=None)


def todo(*lines: str, part: str = "VTODO") -> str:
    return "\r\n".join(
        ("BEGIN:VCALENDAR", "VERSION:2.0", f"BEGIN:{part}", "UID:abc", *lines, f"END:{part}", "END:VCALENDAR", "")
    )


RICH = task(
    status="blocked",
    state="on hold until Friday",
    priority="urgent",
    assignees=("Sarah Chen",),
    parent_id=OTHER,
    blocked_by=(OTHER,),
    tags=("a, b", "c"),
    due=DUE,
    rrule="FREQ=WEEKLY;BYDAY=FR",
    first=DUE - timedelta(days=7),
)

titles = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=60).filter(
    lambda text: " ".join(text.split()) == text
)
instants = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)).map(
    lambda at: at.replace(microsecond=0, tzinfo=UTC)
)
tasks = st.builds(
    task,
    title=titles,
    status=st.sampled_from(("todo", "in_progress", "blocked", "done", "cancelled")),
    priority=st.sampled_from(("low", "normal", "high", "urgent")),
    due=st.none() | instants,
    tags=st.lists(titles, max_size=3, unique=True).map(tuple),
    parent_id=st.sampled_from((None, OTHER)),
)
others = st.one_of(
    tasks,
    st.builds(
        Item,
        **{"id": st.just(ID), "created": st.just(AT), "updated": st.just(AT), "list_id": st.just(OTHER)},
        name=titles,
        quantity=st.sampled_from(("", "2 loaves", "500 g")),
        done=st.booleans(),
    ),
    st.builds(
        lambda start, minutes, rule, **more: Meeting(
            start=start, end=start + timedelta(minutes=minutes), rrule=rule, **more
        ),
        start=instants,
        minutes=st.integers(1, 600),
        rule=st.sampled_from((None, "FREQ=DAILY;COUNT=3", "FREQ=WEEKLY;UNTIL=20910101T000000")),
        title=titles,
        location=st.sampled_from(("", "Room; 4, left")),
        **{"id": st.just(ID), "created": st.just(AT), "updated": st.just(AT)},
    ),
    st.builds(
        Reminder,
        **{"id": st.just(ID), "created": st.just(AT), "updated": st.just(AT)},
        title=titles,
        due=instants,
        status=st.sampled_from(("pending", "rung", "cancelled")),
    ),
)


@given(others)
def test_what_comes_back_unchanged_changes_nothing(document: Document) -> None:
    text = told(document, "DESCRIPTION:a note\nX-ORDER:7")
    for back in (text, without_ours(text)):
        found = sent(back, document, "DESCRIPTION:a note\nX-ORDER:7")
        assert found.incoming[0].given == frozenset()
        assert found.incoming[0].document.id == ID
        assert found.kept.split("\n") == ["DESCRIPTION:a note", "X-ORDER:7"]


@given(tasks, titles)
def test_a_new_title_changes_the_title_alone(document: Task, title: str) -> None:
    again = sent(told(document).replace("\r\n ", ""), document)
    changed = sent(
        without_ours(resource(task(**{**_fields(document), "title": title}), ResourceFacts(ID), ZONE)), document
    )
    assert again.incoming[0].given == frozenset()
    assert changed.incoming[0].given == (frozenset() if title == document.title else {"title"})
    assert changed.incoming[0].document.title == title  # type: ignore[attr-defined]


def _fields(document: Task) -> dict[str, object]:
    return {name: getattr(document, name) for name in ("status", "priority", "due", "tags", "parent_id")}


@settings(max_examples=30)
@given(st.text(max_size=300))
def test_any_text_is_understood_or_refused_by_name(text: str) -> None:
    for kind in (Task, Item, Meeting, Reminder):
        with pytest.raises((EntryNotUnderstood, TooMuch)):
            new(text, kind)


@given(st.lists(st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=200), max_size=5))
def test_notes_of_any_length_come_back_whole(notes: list[str]) -> None:
    kept = "\n".join(f"X-NOTE-{number}:{note}" for number, note in enumerate(notes))
    assert foreign(told(task(), kept), Task, "") == (tuple(kept.split("\n")) if notes else ())


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        (("STATUS:NEEDS-ACTION", "STATUS:COMPLETED"), {"status", "state"}),
        (("PRIORITY:1", "PRIORITY:9"), {"priority", "inferred"}),
        (("DUE;TZID=Europe/Berlin:20261127T160000", "DUE;TZID=Europe/Berlin:20261128T160000"), {"due"}),
        (("RRULE:FREQ=WEEKLY;BYDAY=FR", "RRULE:FREQ=DAILY"), {"rrule"}),
        (("SUMMARY:send the report", "SUMMARY:send it"), {"title"}),
        ((f"RELATED-TO;RELTYPE=PARENT:{OTHER}", "X-NOTHING:1"), {"parent_id"}),
        ((f"RELATED-TO;RELTYPE=DEPENDS-ON:{OTHER}", "X-NOTHING:1"), set()),
        (('ATTENDEE;CN="Sarah Chen":invalid:nomail', "X-NOTHING:1"), set()),
        (("X-EQUERRY-STATE:on hold until Friday", "X-NOTHING:1"), {"state"}),
        (("CATEGORIES:a\\, b,c", "CATEGORIES:c"), {"tags"}),
    ],
)
def test_only_what_is_told_otherwise_changes(change: tuple[str, str], fields: set[str]) -> None:
    text = told(RICH).replace("\r\n ", "")
    assert change[0] in text
    assert sent(text.replace(*change), RICH).incoming[0].given == fields


def test_a_program_that_knows_none_of_ours_takes_none_away() -> None:
    lines = [
        line
        for line in without_ours(told(RICH)).split("\r\n")
        if not line.startswith(("ATTENDEE", "RELATED-TO;RELTYPE=DEP"))
    ]
    assert sent("\r\n".join(lines), RICH).incoming[0].given == frozenset()


def test_what_is_done_repeats_no_more_and_keeps_its_rule() -> None:
    done = task(status="done", due=DUE, rrule="FREQ=DAILY", first=DUE, completed=NOW)
    assert "RRULE" not in told(done)
    assert sent(told(done), done).incoming[0].given == frozenset()


@pytest.mark.parametrize(
    ("due", "at", "grain"),
    [
        ("DUE;VALUE=DATE:20261127", datetime(2026, 11, 26, 23, 0, tzinfo=UTC), "day"),
        ("DUE:20261127T150000Z", DUE, "minute"),
        ("DUE;TZID=Europe/Berlin:20261127T160000", DUE, "minute"),
        ("DUE;TZID=America/New_York:20261127T100000", DUE, "minute"),
        ("DUE:20261127T160000", DUE, "minute"),  # floating: where the device stands
    ],
)
def test_when_a_new_task_is_due(due: str, at: datetime, grain: str) -> None:
    found = new(todo("SUMMARY:x", due), Task).incoming[0].document
    assert isinstance(found, Task)
    assert (found.due, found.due_grain) == (at, grain)


@pytest.mark.parametrize(
    ("number", "priority"),
    [("0", "normal"), ("1", "urgent"), ("3", "high"), ("5", "normal"), ("9", "low")],
)
def test_priorities(number: str, priority: str) -> None:
    found = new(todo("SUMMARY:x", f"PRIORITY:{number}"), Task).incoming[0].document
    assert isinstance(found, Task)
    assert found.priority == priority
    back = told(task(priority=priority))
    assert priority == "normal" or f"PRIORITY:{number}" in back


def test_a_new_task_has_the_id_of_its_uid_and_keeps_what_it_says_else() -> None:
    found = new(todo("SUMMARY:x", "DESCRIPTION:one\\ntwo", "PERCENT-COMPLETE:10", "X-FOO;P=1:2", "LOCATION:here"), Task)
    assert found.incoming[0].document.id == document_id("abc")
    assert found.uid == "abc"
    assert found.kept.split("\n") == ["DESCRIPTION:one\\ntwo", "X-FOO;P=1:2", "LOCATION:here"]


def test_who_comes_stays_where_a_program_knows_nobody() -> None:
    meeting = Meeting(
        id=ID,
        created=AT,
        updated=AT,
        title="standup",
        start=DUE,
        end=DUE + timedelta(hours=1),
        attendees=("Ben", "Zoë"),
    )
    text = told(meeting)
    nobody = "\r\n".join(line for line in text.split("\r\n") if not line.startswith("ATTENDEE"))
    fewer = "\r\n".join(line for line in text.split("\r\n") if "CN=Ben" not in line)
    assert sent(nobody, meeting).incoming[0].given == frozenset()
    assert sent(fewer, meeting).incoming[0].given == {"attendees"}


def test_alarms_of_others_are_kept_whole_and_ours_are_not() -> None:
    meeting = Meeting(id=ID, created=AT, updated=AT, title="standup", start=DUE, end=DUE + timedelta(hours=1))
    text = resource(meeting, ResourceFacts(ID, "", (600.0,)), ZONE)
    assert "TRIGGER:-PT10M" in text
    theirs = "BEGIN:VALARM\r\nACTION:AUDIO\r\nTRIGGER:-PT30M\r\nEND:VALARM\r\n"
    found = sent(text.replace("END:VEVENT", f"{theirs}END:VEVENT"), meeting)
    assert found.kept == theirs.strip().replace("\r\n", "\n")
    assert told(meeting, found.kept).count("BEGIN:VALARM") == 1


def test_properties_of_others_stay_where_a_program_drops_them_and_notes_go() -> None:
    assert joined(("X-A:2",), "DESCRIPTION:old\nX-A:1\nX-B:1") == "X-A:2\nX-B:1"


def test_a_kept_line_gives_way_to_a_field() -> None:
    assert told(task(tags=("ours",)), "CATEGORIES:theirs").count("CATEGORIES") == 1


@pytest.mark.parametrize(
    ("document", "summary", "name", "quantity"),
    [
        (("bread", "2 loaves"), "2 loaves rye bread", "rye bread", "2 loaves"),
        (("bread", "2 loaves"), "3 loaves bread", "3 loaves bread", ""),
        (("bread", ""), "butter", "butter", ""),
    ],
)
def test_an_item_is_told_with_its_quantity(document: tuple[str, str], summary: str, name: str, quantity: str) -> None:
    item = Item(id=ID, created=AT, updated=AT, list_id=OTHER, name=document[0], quantity=document[1])
    first = sent(todo(f"SUMMARY:{summary}"), item).incoming[0]
    assert {"name", "quantity"} >= (first.given or set()) - {"done"}
    assert isinstance(first.document, Item)
    assert (first.document.name, first.document.quantity) == (name, quantity)


def test_a_reminder_is_an_event_that_rings() -> None:
    reminder = Reminder(id=ID, created=AT, updated=AT, title="call mum", due=DUE)
    text = told(reminder)
    assert "BEGIN:VEVENT" in text
    assert "TRIGGER:PT0S" in text
    moved = sent(text.replace("20261127T150000Z", "20261128T150000Z"), reminder).incoming[0]
    assert moved.given == {"due", "status"}
    assert isinstance(moved.document, Reminder)
    assert (moved.document.due, moved.document.status) == (DUE + timedelta(days=1), "pending")


@pytest.mark.parametrize(
    ("start", "status"), [("DTSTART:20261101T080000Z", "rung"), ("DTSTART;VALUE=DATE:20261201", "pending")]
)
def test_a_new_reminder_rings_only_in_future_and_by_day_at_nine(start: str, status: str) -> None:
    found = new(todo("SUMMARY:x", start, part="VEVENT"), Reminder).incoming[0].document
    assert isinstance(found, Reminder)
    assert found.status == status
    assert found.due.astimezone(BERLIN).hour == 9


def test_a_moved_occurrence_of_a_series_is_a_meeting_of_its_own() -> None:
    series = todo("SUMMARY:s", "DTSTART:20261201T090000Z", "DTEND:20261201T100000Z", "RRULE:FREQ=DAILY", part="VEVENT")
    moved = "\r\n".join(
        (
            "BEGIN:VEVENT",
            "UID:abc",
            "RECURRENCE-ID:20261203T090000Z",
            "SUMMARY:s",
            "DTSTART:20261203T110000Z",
            "END:VEVENT",
            "",
        )
    )
    found = new(series.replace("END:VCALENDAR", f"{moved}END:VCALENDAR"), Meeting)
    first, second = (each.document for each in found.incoming)
    assert isinstance(first, Meeting)
    assert isinstance(second, Meeting)
    assert first.skipped == (datetime(2026, 12, 3, 9, tzinfo=UTC),)
    assert second.start == datetime(2026, 12, 3, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("", Task, "no task and no event"),
        ("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", Task, "no task and no event"),
        (todo("SUMMARY:x", "DUE:tomorrow"), Task, "line 3"),
        (todo(), Task, "it has no SUMMARY"),
        (todo("SUMMARY:x"), Meeting, "this collection holds events"),
        (todo("SUMMARY:x", "DTSTART:20261201T090000Z", part="VEVENT"), Item, "this collection holds tasks"),
        (todo("SUMMARY:x", f"DESCRIPTION:{'y' * 20_001}"), Task, "longer than 20,000 characters"),
        (todo("SUMMARY:x")[:40], Task, "without its END"),
    ],
)
def test_what_is_no_entry_is_refused_with_a_sentence(text: str, kind: type[Document], words: str) -> None:
    with pytest.raises(EntryNotUnderstood, match=words):
        new(text, kind)


def test_an_entry_of_a_megabyte_is_refused() -> None:
    with pytest.raises(TooMuch):
        new(todo("SUMMARY:x", f"DESCRIPTION:{'y' * (1 << 20)}"), Task)


def test_the_same_document_has_the_same_text() -> None:
    assert told(RICH) == told(RICH)
    assert value_of(told(RICH), "UID") == ID
    assert all(len(line.encode()) <= 75 for line in told(RICH, f"X-LONG:{'ä' * 200}").split("\r\n"))
    assert lines_of("A:1\r\n 2\r\nB;C=D:3") == lines_of("A:12\nB;C=D:3")
