"""What goes out comes back the same, in a store that knows nothing yet and in the one it came from."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from services.exchange import calendar_write, json_form, sheet_write
from services.exchange.base import FileThere, KindUnfit, KindUnknown
from services.exchange.calendar_write import Zone
from services.exchange.exporter import export
from services.exchange.importer import import_, read
from services.store.base import (
    Customer,
    Document,
    Item,
    LedgerEntry,
    Meeting,
    Note,
    Person,
    Project,
    Reminder,
    SharedFile,
    Task,
    TodoList,
    Transaction,
    Version,
    kinds,
)
from services.store.store import Store

from .conftest import BERLIN, NOW, no_words

ZONE = Zone(BERLIN, "Europe/Berlin")
ROUND = settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])

letters = st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t")
visible = st.characters(exclude_categories=("Cs", "Cc", "Z"), include_characters='\u2028,;:\\"')


def spoken(longest: int) -> st.SearchStrategy[str]:
    """Words as a field keeps them: no spaces around, none but plain ones within."""
    return (
        st.lists(st.text(visible, min_size=1, max_size=8), min_size=1, max_size=6)
        .map(" ".join)
        .map(lambda text: text[:longest].strip())
    )


names = spoken(60)
instants = st.integers(0, 30 * 365 * 24 * 60).map(
    lambda minutes: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
days = st.dates(datetime(2020, 1, 1).date(), datetime(2049, 1, 1).date()).map(
    lambda day: datetime(day.year, day.month, day.day, tzinfo=BERLIN).astimezone(UTC)
)
rules = st.sampled_from(
    [
        "FREQ=DAILY",
        "FREQ=WEEKLY;BYDAY=MO,WE",
        "FREQ=MONTHLY;INTERVAL=2",
        "FREQ=DAILY;UNTIL=20300101T235959",
        "FREQ=HOURLY",
    ]
)
people = st.lists(names, max_size=3, unique=True).map(tuple)


@st.composite
def tasks(draw: st.DrawFn) -> Task:
    status = draw(st.sampled_from(["todo", "in_progress", "blocked", "done", "cancelled"]))
    whole_day = draw(st.booleans())
    due = draw(st.none() | (days if whole_day else instants))
    rule = draw(st.none() | rules) if due else None
    return Task(
        title=draw(names),
        status=status,
        state=draw(st.just("") | names),
        priority=draw(st.sampled_from(["low", "normal", "high", "urgent"])),
        assignees=draw(people),
        tags=draw(people),
        due=due,
        due_grain="day" if whole_day and due else "minute",
        rrule=rule,
        first=due - timedelta(days=7) if rule and due else None,
        completed=draw(instants) if status == "done" else None,
    )


@st.composite
def meetings(draw: st.DrawFn) -> Meeting:
    whole_day = draw(st.booleans())
    start = draw(days if whole_day else instants)
    rule = draw(st.none() | rules.filter(lambda rule: "HOURLY" not in rule))
    lasting = timedelta(days=1) if whole_day else timedelta(minutes=draw(st.integers(1, 600)))
    end = (
        (start.astimezone(BERLIN).replace(tzinfo=None) + lasting).replace(tzinfo=BERLIN).astimezone(UTC)
        if whole_day
        else start + lasting
    )
    return Meeting(
        title=draw(names),
        start=start,
        end=end,
        whole_day=whole_day,
        attendees=draw(people),
        location=draw(st.just("") | names),
        rrule=rule,
        skipped=tuple(draw(st.lists(days if whole_day else instants, max_size=2, unique=True))) if rule else (),
        status=draw(st.sampled_from(["planned", "cancelled"])),
    )


@st.composite
def reminders(draw: st.DrawFn) -> Reminder:
    due, rule = draw(instants), draw(st.none() | rules)
    return Reminder(title=draw(names), due=due, people=draw(people), rrule=rule, first=due if rule else None)


notes = st.builds(Note, content=st.text(letters, max_size=200))
persons = st.builds(Person, name=names, nicknames=people, role=names, phone=st.just("+49 30 1234"), email=st.just(""))
items = st.builds(
    Item,
    list_id=st.just("list"),
    name=names,
    quantity=st.just("") | names.map(lambda text: text[:50].strip()),
    done=st.booleans(),
)


def clearly_told(document: Task | Meeting | Reminder) -> bool:
    """Not within the hour that the clocks skip or repeat, which a time on the wall does not tell apart."""
    told: list[datetime] = [each for each in vars_of(document).values() if isinstance(each, datetime)]
    told += getattr(document, "skipped", ())
    return all(each.astimezone(BERLIN).hour not in (1, 2, 3) for each in told)


def vars_of(document: Document) -> dict[str, Any]:
    return {name: getattr(document, name) for name in document.__dataclass_fields__ if name not in ("about", "kind")}


def told(store: Store) -> Mapping[str, Mapping[str, Any]]:
    """All documents, but for when they were written last; when they were made, to the second."""

    def row_of(row: Mapping[str, Any]) -> dict[str, Any]:
        return {**{name: value for name, value in row.items() if name != "updated"}, "created": row["created"][:19]}

    return {kind: {id_: row_of(row) for id_, row in store.rows(of).items()} for kind, of in kinds().items()}


def there_and_back(documents: list[Any], suffix: str, written: Callable[[Store], Mapping[str, str | bytes]]) -> None:
    """Into a store, out of it, into another one and into itself."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Store(Path(folder) / "one.db") as one,
        Store(Path(folder) / "two.db") as two,
    ):
        with one.transaction("") as tx:
            for document in documents:
                tx.add(document)
        before = told(one)
        for name, text in written(one).items():
            path = Path(folder) / f"{name}{suffix}"
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
            found = read(path, kind="", zone=BERLIN, find_time=no_words)
            assert not found.notes
            import_(two, found, path, client="")
            again = import_(one, found, path, client="")
            assert (again.changes, again.same) == (0, len(found.incoming))
        assert told(one) == before
        assert told(two) == before


@ROUND
@given(st.lists(st.one_of(tasks(), meetings(), reminders(), notes, persons, items), max_size=8))
def test_json(documents: list[Document]) -> None:
    there_and_back(documents, ".json", lambda store: {"all": json_form.written(store, tuple(kinds()), NOW)})


@ROUND
@given(
    st.lists(
        st.one_of(tasks(), meetings(), reminders(), notes.filter(lambda note: note.content.strip()), persons, items),
        max_size=8,
    )
)
def test_csv(documents: list[Document]) -> None:
    there_and_back(
        documents,
        ".csv",
        lambda store: {kind: sheet_write.written(store, of) for kind, of in kinds().items() if store.rows(of)},
    )


@ROUND
@example([Reminder(title="0", due=NOW, people=("\\:", "a\\", "\\\\,", "\\N"))])
@example(
    [
        Task(title="\ufeff", state="\ufeffa", tags=("\ufeff", "\ufeffb")),
        Meeting(title="\ufeffa", start=NOW, end=NOW + timedelta(hours=1), location="\ufeff"),
        Reminder(title="a\ufeff", due=NOW, people=("\ufeff",)),
    ]
)
@example([Task(title="\\N", state="\\N;"), Reminder(title="a\\Nb", due=NOW), Task(title="tagged", tags=("\\N",))])
@given(st.lists(st.one_of(tasks(), meetings(), reminders()).filter(clearly_told), max_size=8))
def test_icalendar(documents: list[Document]) -> None:
    there_and_back(documents, ".ics", lambda store: {"all": calendar_write.written(store, tuple(kinds()), ZONE, NOW)})


def fill(tx: Transaction) -> None:
    """One of everything that leans on another."""
    project = tx.add(Project(name="Launch"))
    first = tx.add(Task(title="first", project_id=project.id, tags=("a", "b")))
    tx.add(Task(title="second", parent_id=first.id, blocked_by=(first.id,), project_id=project.id))
    groceries = tx.add(TodoList(name="groceries"))
    tx.add(Item(list_id=groceries.id, name="milk *fresh*", done=True))
    rahul = tx.add(Customer(name="Rahul"))
    tx.add(LedgerEntry(customer_id=rahul.id, minor=10_000, currency="INR", reason="credit"))
    tx.add(LedgerEntry(customer_id=rahul.id, minor=-2_500, currency="INR", reason="debit"))
    tx.add(Meeting(title="planning", start=NOW, end=NOW + timedelta(hours=1), location="room 4"))
    tx.add(Reminder(title="call mum", due=NOW))
    tx.add(Note(content="the gate code changed"))
    tx.add(Person(name="Sarah", role="designer"))


def test_what_leans_on_another_still_does(store: Store, tmp_path: Path) -> None:
    with store.transaction("") as tx:
        fill(tx)
    for format_, path in (("json", tmp_path / "all.json"), ("ical", tmp_path / "all.ics")):
        export(store, format_, path, zone=ZONE, now=NOW)  # type: ignore[arg-type]
        with Store(tmp_path / f"{format_}.db") as other:
            import_(other, read(path, kind="", zone=BERLIN, find_time=no_words), path, client="")
            first, second = other.find(Task)
            assert (second.parent_id, second.blocked_by) == (first.id, (first.id,))
            assert [project.name for project in other.find(Project)] == ["Launch"]
            assert first.project_id == second.project_id == other.find(Project)[0].id


def test_markdown_reads_well(store: Store, tmp_path: Path) -> None:
    with store.transaction("") as tx:
        fill(tx)
    (path,) = export(store, "markdown", tmp_path / "all.md", zone=ZONE, now=NOW)
    text = path.read_text(encoding="utf-8")
    for line in (
        "As of Monday, 23 November 2026, 09:00.",
        "### Launch",
        r"- [ ] first, \#a \#b",
        r"- [x] milk \*fresh\*",
        "- 2026-11-23 09:00: planning, room 4",
        "- the gate code changed",
        "| | **balance** | **7500** | INR |",
    ):
        assert line in text.splitlines(), line


def test_markdown_tells_the_versions_of_a_file(store: Store, tmp_path: Path) -> None:
    versions = tuple(Version(sha256=letter * 64, bytes=12, media_type="text/plain", at=NOW) for letter in "ab")
    with store.transaction("") as tx:
        tx.add(SharedFile(name="plan.txt", versions=versions))
    (path,) = export(store, "markdown", tmp_path / "all.md", zone=ZONE, now=NOW)
    (row,) = (line for line in path.read_text(encoding="utf-8").splitlines() if "plan.txt" in line)
    told = r"bytes 12, media\_type text/plain, at 2026-11-23T08:00:00Z"
    assert row == f"| plan.txt | sha256 {'a' * 64}, {told}; sha256 {'b' * 64}, {told} | owner |"


def test_files_are_not_replaced_unasked(store: Store, tmp_path: Path) -> None:
    with store.transaction("") as tx:
        fill(tx)
    paths = export(store, "csv", tmp_path / "csv", zone=ZONE, now=NOW)
    assert {path.name for path in paths} >= {"task.csv", "meeting.csv"}
    assert {oct(path.stat().st_mode & 0o777) for path in paths} == {"0o600"}
    with pytest.raises(FileThere):
        export(store, "csv", tmp_path / "csv", zone=ZONE, now=NOW)
    export(store, "csv", tmp_path / "csv", zone=ZONE, now=NOW, force=True)
    (only,) = export(store, "csv", tmp_path / "mine.csv", kinds=["task"], zone=ZONE, now=NOW)
    assert only == tmp_path / "mine.csv"
    with pytest.raises(KindUnknown, match="There are: alarm"):
        export(store, "json", tmp_path / "x.json", kinds=["tsk"], zone=ZONE, now=NOW)
    with pytest.raises(KindUnfit, match="no note in iCalendar"):
        export(store, "ical", tmp_path / "x.ics", kinds=["note"], zone=ZONE, now=NOW)


def test_every_kind_is_the_class_in_use() -> None:
    assert kinds()["task"] is Task
    assert kinds()["meeting"] is Meeting
