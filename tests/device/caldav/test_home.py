"""What an account has, and what it changes, on a real store."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from device.caldav.errors import ChangedMeanwhile, EntryGone, NotThere, Unchangeable
from device.caldav.tokens import SyncTokens
from services.actions.policy.denied import Denied
from services.exchange.base import EntryNotUnderstood
from services.store.base import CalendarEntry, Item, Meeting, Project, Reminder, Task, TodoList
from tests.device.caldav.conftest import DUE, NOW, Desk, todo


def titles(desk: Desk, account: str) -> list[str]:
    return [each.title for each in desk.home.collections(account).values()]


def task(desk: Desk, title: str) -> Task:
    return next(each for each in desk.store.find(Task) if each.title == title)


def test_who_has_which_collections(desk: Desk) -> None:
    assert titles(desk, "anna") == ["Tasks", "Launch", "Secret", "Shopping", "Meetings", "Reminders"]
    assert titles(desk, "sarah") == ["Tasks", "Launch", "Shopping", "Meetings", "Reminders"]
    assert titles(desk, "guest") == ["Tasks", "Launch", "Shopping", "Meetings"]
    assert {name: each.writable for name, each in desk.home.collections("guest").items()}["tasks"] is False


def test_each_document_lies_in_one_place(desk: Desk) -> None:
    launch = next(each for each in desk.store.find(Project) if each.name == "Launch")
    shopping = desk.store.find(TodoList)[0]
    where = ("tasks", launch.id, f"list-{shopping.id}", "calendar", "reminders")
    assert [len(desk.there("anna", name)) for name in where] == [1, 1, 1, 1, 1]
    assert "TRIGGER:-PT10M" in next(iter(desk.there("anna", "calendar").values())).text
    with pytest.raises(NotThere):
        desk.collection("anna", "nowhere")


def test_tasks_of_a_project_that_is_closed_lie_with_the_others(desk: Desk) -> None:
    launch = next(each for each in desk.store.find(Project) if each.name == "Launch")
    with desk.store.transaction("closed", now=NOW) as tx:
        tx.put(replace(launch, status="done"))
    assert len(desk.there("anna", "tasks")) == 2
    again = desk.one("anna", "tasks", task(desk, "print the posters"))
    desk.put("anna", "tasks", again.name, again.text.replace("print", "hang"))
    assert task(desk, "hang the posters").project_id == launch.id


def test_a_new_task_keeps_uid_name_and_notes_of_the_phone(desk: Desk) -> None:
    made = desk.put("sarah", "tasks", "ABC.ics", todo("buy a ladder", "DESCRIPTION:the long one", "PRIORITY:1"))
    kept = task(desk, "buy a ladder")
    assert (kept.priority, kept.id) == ("urgent", made.id)
    assert (made.uid, made.name) == ("phone-1", "ABC.ics")
    assert "DESCRIPTION:the long one" in made.text
    assert desk.put("sarah", "tasks", "ABC.ics", made.text).etag == made.etag


def test_a_change_is_a_command_that_undo_takes_back(desk: Desk) -> None:
    there = desk.one("sarah", "tasks", task(desk, "send the report"))
    desk.put("sarah", "tasks", there.name, there.text.replace("send the report", "send it"))
    assert task(desk, "send it").assignees == ("Sarah Chen",)
    with desk.store.transaction("undo", now=NOW, client="caldav:sarah") as tx:
        undone = tx.undo_last()
    assert (undone.label, undone.client) == ("task changed: send it", "caldav:sarah")
    assert task(desk, "send the report").due == DUE


def test_what_was_changed_here_meanwhile_is_not_overwritten(desk: Desk) -> None:
    there = desk.one("anna", "tasks", task(desk, "send the report"))
    with desk.store.transaction("spoken", now=NOW) as tx:
        tx.put(replace(task(desk, "send the report"), title="send the long report"))
    where = desk.collection("anna", "tasks")
    with pytest.raises(ChangedMeanwhile):
        desk.writer.put("anna", where, there.name, there.text, there.etag)
    with pytest.raises(ChangedMeanwhile):
        desk.writer.delete("anna", where, there.name, there.etag)
    with pytest.raises(ChangedMeanwhile):
        desk.writer.put("anna", where, there.name, there.text, "")
    assert task(desk, "send the long report")


def test_completing_a_repeated_task_makes_the_next(desk: Desk) -> None:
    made = desk.put(
        *("anna", "tasks", "w.ics"),
        todo("water", "DTSTART:20261123T090000Z", "DUE:20261123T090000Z", "RRULE:FREQ=DAILY"),
    )
    desk.put("anna", "tasks", "w.ics", made.text.replace("NEEDS-ACTION", "COMPLETED"))
    done, following = sorted(
        (each for each in desk.store.find(Task) if each.title == "water"), key=lambda each: each.status
    )
    assert (done.status, done.completed) == ("done", NOW)
    assert (following.status, following.due) == ("todo", done.due + timedelta(days=1) if done.due else None)
    assert "RRULE" not in desk.one("anna", "tasks", done).text


def test_completing_frees_what_waited(desk: Desk) -> None:
    first = task(desk, "send the report")
    with desk.store.transaction("waits", now=NOW) as tx:
        tx.add(Task(title="celebrate", status="blocked", blocked_by=(first.id,)))
    there = desk.one("anna", "tasks", first)
    desk.put("anna", "tasks", there.name, there.text.replace("NEEDS-ACTION", "COMPLETED"))
    assert task(desk, "celebrate").status == "todo"


def test_a_subtask_names_its_parent_as_the_phone_does(desk: Desk) -> None:
    desk.put("anna", "tasks", "P.ics", todo("paint", uid="PARENT@phone"))
    child = desk.put("anna", "tasks", "C.ics", todo("sand", "RELATED-TO:PARENT@phone", uid="CHILD@phone"))
    assert task(desk, "sand").parent_id == task(desk, "paint").id
    assert "RELATED-TO;RELTYPE=PARENT:PARENT@phone" in child.text


def test_items_are_ticked_added_and_taken_off(desk: Desk) -> None:
    where = f"list-{desk.store.find(TodoList)[0].id}"
    bread = desk.one("guest", where, desk.store.find(Item)[0])
    desk.put("guest", where, "m.ics", todo("milk"))
    desk.put("anna", where, bread.name, bread.text.replace("NEEDS-ACTION", "COMPLETED"))
    assert [(each.name, each.quantity, each.done) for each in desk.store.find(Item)] == [
        ("bread", "2 loaves", True),
        ("milk", "", False),
    ]
    desk.delete("anna", where, "m.ics")
    assert len(desk.store.find(Item)) == 1
    assert not desk.store.find(CalendarEntry)


def test_reminders_and_meetings_go_both_ways(desk: Desk) -> None:
    desk.put(
        "sarah", "reminders", "r.ics", todo("stretch", "DTSTART:20261120T090000Z", "RRULE:FREQ=DAILY", part="VEVENT")
    )
    reminder = desk.store.find(Reminder)[-1]
    assert reminder.first == NOW + timedelta(days=-3, hours=1)
    assert reminder.due == NOW + timedelta(hours=1)
    assert reminder.status == "pending"
    start = ("DTSTART;VALUE=DATE:20261201", "DTEND;VALUE=DATE:20261202")
    desk.put("sarah", "calendar", "m.ics", todo("holiday", *start, "LOCATION:here", part="VEVENT", uid="m"))
    meeting = desk.store.find(Meeting)[-1]
    assert (meeting.title, meeting.whole_day, meeting.location) == ("holiday", True, "here")
    desk.delete("sarah", "calendar", "m.ics")
    assert len(desk.store.find(Meeting)) == 1


def test_a_task_moves_between_projects(desk: Desk) -> None:
    launch = next(each for each in desk.store.find(Project) if each.name == "Launch")
    report = task(desk, "send the report")
    there = desk.one("anna", "tasks", report)
    source, target = desk.collection("anna", "tasks"), desk.collection("anna", launch.id)
    desk.writer.move("anna", source, there.name, target, there.name)
    assert task(desk, "send the report").project_id == launch.id
    back = desk.put("anna", "tasks", "again.ics", there.text)  # as a phone does that puts first and deletes then
    assert (back.name, task(desk, "send the report").project_id) == ("again.ics", None)
    assert task(desk, "send the report").assignees == ("Sarah Chen",)
    with pytest.raises(Unchangeable):
        desk.writer.move("anna", source, "again.ics", desk.collection("anna", "calendar"), "x.ics")


def test_a_list_that_a_phone_makes_is_a_project(desk: Desk) -> None:
    name = "9B1C5A7E-0D5B-4E7B-8B2F-0E8F9D6A1C11"
    desk.writer.create("anna", name, "Garden", "VTODO")
    made = desk.collection("anna", name)
    assert made.title == "Garden"
    desk.put("anna", name, "x.ics", todo("weed"))
    assert task(desk, "weed").project_id == made.of
    desk.writer.rename("anna", made, "Allotment")
    assert desk.collection("anna", name).title == "Allotment"
    with pytest.raises(Unchangeable):
        desk.writer.create("anna", "x", "Work", "VEVENT")
    with pytest.raises(Unchangeable):
        desk.writer.rename("anna", desk.collection("anna", "tasks"), "Mine")


@pytest.mark.parametrize(
    ("account", "act"),
    [
        ("guest", lambda desk: desk.put("guest", "tasks", "x.ics", todo("x"))),
        ("guest", lambda desk: desk.delete("guest", "tasks", next(iter(desk.there("guest", "tasks"))))),
        ("guest", lambda desk: desk.writer.create("guest", "x", "X", "VTODO")),
    ],
)
def test_what_a_role_may_not_is_refused_and_recorded(desk: Desk, account: str, act: object) -> None:
    before = desk.store.rows(Task)
    with pytest.raises(Denied):
        act(desk)  # type: ignore[operator]
    assert desk.store.rows(Task) == before
    assert desk.refused == [f"refused caldav:{account} policy.role"]


def test_what_is_private_can_neither_be_read_nor_taken_by_its_uid(desk: Desk) -> None:
    secret = next(each for each in desk.store.find(Project) if each.name == "Secret")
    with desk.store.transaction("made", now=NOW) as tx:
        hidden = tx.add(Task(title="the plan", project_id=secret.id))
    with pytest.raises(NotThere):
        desk.collection("sarah", secret.id)
    assert all(each.id != hidden.id for each in desk.there("sarah", "tasks").values())
    with pytest.raises(Denied):
        desk.put("sarah", "tasks", "x.ics", todo("mine", uid=hidden.id))
    assert desk.store.get(Task, hidden.id) == hidden
    assert desk.refused == ["refused caldav:sarah policy.private"]


def test_what_is_not_understood_changes_nothing(desk: Desk) -> None:
    before = desk.store.rows(Task)
    with pytest.raises(EntryNotUnderstood):
        desk.put("anna", "tasks", "x.ics", "no calendar")
    with pytest.raises(Unchangeable):
        desk.put("anna", "tasks", "x" * 301, todo("x"))
    with pytest.raises(EntryGone):
        desk.delete("anna", "tasks", "nothing.ics")
    assert desk.store.rows(Task) == before


def test_tokens_tell_what_came_changed_and_went() -> None:
    tokens = SyncTokens()
    first = tokens.token("a/tasks", {"1": "x", "2": "y", "3": "z"})
    assert sorted(tokens.changed(first, {"1": "x", "2": "Y", "4": "w"}) or ()) == ["2", "3", "4"]
    assert tokens.changed(first, {"1": "x", "2": "y", "3": "z"}) == []
    assert tokens.changed("something else", {}) is None
    for number in range(64):
        tokens.token(str(number), {})
    assert tokens.changed(first, {}) is None
