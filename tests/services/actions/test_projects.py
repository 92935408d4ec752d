"""Projects: create, query, update, delete."""

from __future__ import annotations

from typing import Any

import pytest

from services.store.base import Channel, Project, Task


@pytest.fixture
def launch(desk: Any) -> Any:
    desk.say("project.create", name="product launch", when="December 20", description="our first shop")
    desk.say("channel.create", name="marketing")
    with desk.store.transaction("linked") as tx:
        project = desk.store.find(Project)[0]
        tx.put(Channel(id=desk.store.find(Channel)[0].id, name="marketing", project_id=project.id))
    desk.say("project.create", name="fair")
    desk.say("task.create", title="write the text", project="product launch", assignees=["Sarah"])
    desk.say(
        "task.create",
        title="build the shop",
        project="product launch",
        assignees=["Mike"],
        when="Friday",
        priority="high",
    )
    desk.say("task.create", title="buy the domain", project="product launch")
    desk.say("task.complete", title="domain")
    return desk


@pytest.mark.parametrize(
    ("said", "slots", "reply"),
    [
        ("what projects do we have", {}, "Two projects: product launch, two open tasks, due December 20; fair."),
        ("how many projects do we have", {}, "You have two projects."),
        ("which projects are done", {"status": "done"}, "You have no done projects."),
        (
            "which projects are due this month",
            {"when": "this month"},
            "One project due this month: product launch, two open tasks, due December 20.",
        ),
        (
            "how is the product launch project going",
            {"name": "product launch"},
            "Product launch is active, due December 20: two open tasks, one done. "
            "Next: build the shop, for Mike, due Friday, high priority; then write the text, for Sarah.",
        ),
        ("how is the fair", {"name": "fair"}, "Fair is active, and has no tasks."),
        ("when is the product launch due", {"name": "product launch"}, "Product launch is due December 20."),
        ("when is the fair due", {"name": "fair"}, "Fair has no deadline."),
        ("who is in the product launch project", {"name": "product launch"}, "Sarah and Mike work on product launch."),
        ("who is in the fair project", {"name": "fair"}, "Nobody has a task in fair."),
        ("what is the product launch project about", {"name": "product launch"}, "Product launch: our first shop."),
        ("what is the goal of fair", {"name": "fair"}, "Fair has no description."),
        ("is the fair on hold", {"name": "fair"}, "No, fair is active, and has no tasks."),
        ("is the fair still active", {"name": "fair"}, "Yes, fair is active, and has no tasks."),
        ("is there a fair project", {"name": "fair"}, "Yes: fair is active, and has no tasks."),
    ],
)
def test_query(launch: Any, said: str, slots: dict[str, Any], reply: str) -> None:
    assert launch.say("project.query", said=said, **slots) == reply
    assert launch.outcomes[0].ok and not launch.outcomes[0].changed


def test_a_project_whose_tasks_are_done_or_late_says_so(launch: Any) -> None:
    launch.later(days=4)
    assert launch.say("project.query", name="product launch").startswith(
        "Product launch is active, due December 20: two open tasks, one overdue"
    )
    assert launch.say("project.query", said="is the product launch late", name="product launch").startswith("Yes, ")
    launch.say("task.complete", title="shop")
    launch.say("task.complete", title="text")
    assert (
        launch.say("project.query", name="product launch")
        == "Product launch is active, due December 20. All of its three tasks are done."
    )


@pytest.mark.parametrize(
    ("slots", "reply"),
    [
        ({"new_name": "web shop"}, "Product launch is called web shop now."),
        ({"status": "on hold"}, "The project product launch is on hold now."),
        ({"status": "done"}, "The project product launch is done now, though two tasks of it are still open."),
        ({"status": "archived"}, "The project product launch is archived now."),
        ({"status": "active"}, "The project product launch is so already."),
        ({"when": "January 10"}, "Product launch is due January 10 now."),
        ({"when": "none"}, "Product launch has no deadline any more."),
        ({"description": "two shops"}, "Product launch: two shops."),
    ],
)
def test_update(launch: Any, slots: dict[str, Any], reply: str) -> None:
    before = launch.store.find(Project)[0]
    assert launch.say("project.update", name="product launch", **slots) == reply
    if launch.store.find(Project)[0] != before:
        launch.say("control.undo")
    assert launch.store.find(Project)[0].name == before.name and launch.store.find(Project)[0].status == before.status


@pytest.mark.parametrize(
    ("action", "slots", "code"),
    [
        ("project.create", {}, "project.no_name"),
        ("project.create", {"name": "x", "when": "gobbledygook"}, "project.when"),
        ("project.create", {"name": "x", "when": "yesterday at 5 pm"}, "project.past"),
        ("project.update", {}, "project.no_name"),
        ("project.update", {"name": "moon", "status": "done"}, "project.unknown"),
        ("project.update", {"name": "fair"}, "project.no_change"),
        ("project.update", {"name": "fair", "status": "purple"}, "project.status"),
        ("project.update", {"name": "fair", "new_name": "product launch"}, "project.exists"),
        ("project.query", {"name": "moon"}, "project.unknown"),
        ("project.delete", {}, "project.no_name"),
        ("project.delete", {"name": "moon"}, "project.unknown"),
        ("project.delete", {"name": "fair"}, "confirm"),
    ],
)
def test_refusals_change_nothing(launch: Any, action: str, slots: dict[str, Any], code: str) -> None:
    before = launch.store.find(Project)
    launch.say(action, **slots)
    assert launch.codes == [code] and launch.store.find(Project) == before


def test_one_that_is_there_is_not_made_twice(launch: Any) -> None:
    assert launch.say("project.create", name="Fair") == "There is a project fair already."
    launch.say("project.update", name="fair", status="cancelled")
    assert (
        launch.say("project.create", name="fair")
        == "There is a project fair already, which is cancelled. Shall I open it again?"
    )
    assert launch.agree() == "Project opened again: fair."
    assert len(launch.store.find(Project)) == 2


def test_delete_asks_and_takes_the_tasks_along(launch: Any) -> None:
    assert (
        launch.say("project.delete", name="product launch") == "Delete the project product launch with its three tasks?"
    )
    assert launch.agree() == "Project deleted: product launch, and three tasks with it."
    assert launch.store.find(Task) == [] and launch.store.find(Channel)[0].project_id is None
    launch.say("control.undo")
    assert len(launch.store.find(Task)) == 3 and len(launch.store.find(Project)) == 2
    assert launch.store.find(Channel)[0].project_id == launch.store.find(Project)[0].id
