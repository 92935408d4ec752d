"""Tasks and projects as they are spoken of: from the words to the store and back."""

from __future__ import annotations

from services.store.base import Channel, Person, Project, Task
from services.store.store import Store
from tests.device.commands.conftest import ZONE, Say

LAUNCH = (
    "Create a product launch project with marketing and development channels. Add Sarah to marketing, Mike to"
    " development. Create tasks: marketing materials due Friday assigned to Sarah, development testing due Thursday"
    " assigned to Mike. Make testing block marketing materials."
)


def test_a_project_in_one_breath(store: Store, say: Say) -> None:
    assert say(LAUNCH) == "I don't know Sarah or Mike. Shall I add them?"
    assert store.find(Project) == []
    assert "Marketing materials waits for development testing." in say("yes")
    (project,) = store.find(Project)
    sarah, mike = store.find(Person)
    materials, testing = store.find(Task)
    assert [(each.name, each.project_id, each.members) for each in store.find(Channel)] == [
        ("marketing", project.id, (sarah.id,)),
        ("development", project.id, (mike.id,)),
    ]
    assert (materials.title, materials.assignees, materials.assignee_ids) == (
        "marketing materials",
        ("Sarah",),
        (sarah.id,),
    )
    assert (testing.title, testing.assignees, testing.assignee_ids) == ("development testing", ("Mike",), (mike.id,))
    assert [each.due and each.due.astimezone(ZONE).day for each in (materials, testing)] == [27, 26]
    assert (materials.blocked_by, testing.blocked_by) == ((testing.id,), ())
    assert materials.project_id == testing.project_id == project.id
    say("undo")
    assert [store.find(kind) for kind in (Project, Channel, Task, Person)] == [[], [], [], []]


def test_the_second_one_then_the_third(store: Store, say: Say) -> None:
    for title in ("call Anna", "book the hall", "print flyers", "order chairs"):
        say(f"create a task to {title}")
    assert say("show my tasks").endswith("The first three: call Anna, book the hall and print flyers.")
    assert say("mark the second one as done") == "Done: book the hall."
    assert say("mark the third one as done") == "Done: print flyers."
    assert {task.title for task in store.find(Task) if task.status == "done"} == {"book the hall", "print flyers"}


def test_more(say: Say) -> None:
    for title in ("call Anna", "book the hall", "print flyers", "order chairs"):
        say(f"create a task to {title}")
    say("show my tasks")
    assert say("more") == "The last of them: order chairs."
    assert say("mark the first one as done") == "Done: order chairs."


def test_which_one_is_asked_and_the_answer_taken(store: Store, say: Say) -> None:
    say("create a task to call Anna")
    say("create a task to call Mike")
    assert say("mark the task call as done") == "Two tasks fit: call Anna and call Mike. Which one?"
    assert say("the second one") == "Done: call Mike."
    assert [task.status for task in store.find(Task)] == ["todo", "done"]


def test_usual_parts_are_added_on_a_yes_only(store: Store, say: Say) -> None:
    say("create a task to write the press release")
    assert say("break down the press release task").endswith("Shall I add them?")
    say("no")
    assert len(store.find(Task)) == 1
    say("break down the press release task")
    say("yes")
    assert len(store.find(Task)) == 5


def test_a_circle_is_refused_by_name(say: Say) -> None:
    say("create a task to test the shop")
    say("create a task to print flyers")
    say("make print flyers depend on test the shop")
    assert (
        say("make test the shop depend on print flyers")
        == "Test the shop can't wait for print flyers: print flyers waits for test the shop already."
    )


def test_deleting_several_asks(store: Store, say: Say) -> None:
    say("create a task to call Anna")
    say("create a task to book the hall")
    assert say("delete all my tasks") == "Delete two tasks: call Anna and book the hall?"
    assert len(store.find(Task)) == 2
    assert say("yes") == "Two tasks deleted."
    assert store.find(Task) == []
