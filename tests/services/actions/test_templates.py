"""Templates: what a task was made of comes back, in its order, for whom and when it is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.actions.templates import _in_order
from services.store.base import Task, TaskTemplate


@pytest.fixture
def launch(desk: Any) -> Any:
    desk.say("task.create", title="website launch", when="on Friday", tags=["web"])
    for title, when in (("write the text", "tomorrow"), ("design", "on Wednesday"), ("go live", "on Friday")):
        desk.say("task.create", title=title, parent="website launch", when=when, assignees=["Sarah"])
    desk.say("task.depend", title="go live", blocked_by=["write the text"])
    desk.say("task.create", title="check the spelling", parent="write the text")
    return desk


def tasks(desk: Any) -> dict[str, Task]:
    return {task.title: task for task in desk.store.find(Task)}


def test_a_task_becomes_a_template_and_comes_back_with_its_parts(launch: Any) -> None:
    assert (
        launch.say("template.create", title="website launch", name="launch")
        == "Template kept: launch, with four parts."
    )
    (template,) = launch.store.find(TaskTemplate)
    assert [part.title for part in template.parts] == [
        "website launch",
        "write the text",
        "design",
        "go live",
        "check the spelling",
    ]
    before = {task.id for task in launch.store.find(Task)}
    launch.later(days=7)
    reply = launch.say("template.use", name="the launch template", title="shop launch", when="on Friday")
    assert reply == "Task created from the template launch: shop launch, due Friday, with four parts."
    made = {task.title: task for task in launch.store.find(Task) if task.id not in before}
    root = made["shop launch"]
    assert root.tags == ("web",)
    assert {made[title].parent_id for title in ("write the text", "design", "go live")} == {root.id}
    assert made["check the spelling"].parent_id == made["write the text"].id
    assert (made["go live"].blocked_by, made["go live"].status) == ((made["write the text"].id,), "blocked")
    assert root.due and made["design"].due and root.due - made["design"].due == timedelta(days=2)
    assert made["design"].assignees == ("Sarah",)
    assert launch.say("control.undo") == "Undone: task created: shop launch."
    assert {task.id for task in launch.store.find(Task)} == before


def test_all_of_it_goes_to_whom_it_is_for(launch: Any) -> None:
    launch.say("template.create", title="website launch")
    before = {task.id for task in launch.store.find(Task)}
    launch.say("template.use", name="website launch", assignees=["Mike"], priority="urgent")
    made = [task for task in launch.store.find(Task) if task.id not in before]
    assert {task.assignees for task in made} == {("Mike",)}
    assert [task.priority for task in made if task.parent_id is None] == ["urgent"]
    assert all(task.due is None for task in made), "without an end nothing is due"


def test_no_part_is_due_in_the_past(launch: Any) -> None:
    launch.say("template.create", title="website launch", name="launch")
    before = {task.id for task in launch.store.find(Task)}
    launch.say("template.use", name="launch", when="tomorrow")
    today = launch.now.replace(hour=0, minute=0, second=0, microsecond=0)
    assert all(task.due is None or task.due >= today for task in launch.store.find(Task) if task.id not in before)


def test_an_old_one_is_replaced_after_a_yes(launch: Any) -> None:
    launch.say("template.create", title="design", name="launch")
    assert (
        launch.say("template.create", title="website launch", name="launch")
        == "There is a template launch already. Shall I replace it?"
    )
    assert launch.agree() == "Template kept: launch, with four parts."
    assert len(launch.store.find(TaskTemplate)) == 1


def test_questions_and_refusals(launch: Any) -> None:
    assert launch.say("template.query").startswith("You have no templates yet.")
    assert launch.say("template.use", name="launch").startswith("You have no templates yet.")
    launch.say("template.create", title="website launch", name="launch")
    launch.say("template.create", title="design")
    assert launch.say("template.query") == "Two templates: launch and design."
    told = launch.say("template.query", name="launch template")
    assert told == "The template launch has four parts: write the text, design, go live and check the spelling."
    assert launch.say("template.query", name="design") == "The template design is one task: design."
    assert launch.say("template.use", name="party") == "There is no party template. There are launch and design."
    assert launch.codes == ["template.unknown"]
    assert launch.say("template.create", title="nothing of ours") == "I found no open task like “nothing of ours”."


def test_delete_asks_first(launch: Any) -> None:
    launch.say("template.create", title="design")
    assert launch.say("template.delete", name="design") == "Delete the template design?"
    assert launch.agree() == "Template deleted: design."
    assert launch.store.find(TaskTemplate) == []


@given(st.lists(st.sets(st.integers(0, 11)), max_size=12))
def test_what_is_waited_for_comes_first(waits: list[set[int]]) -> None:
    tasks_ = [
        Task(title="t", id=str(i), blocked_by=tuple(str(on) for on in on_ if on < i)) for i, on_ in enumerate(waits)
    ]
    order = [task.id for task in _in_order(list(reversed(tasks_)))]
    assert sorted(order, key=int) == [task.id for task in tasks_]
    for task in tasks_:
        assert all(order.index(on) < order.index(task.id) for on in task.blocked_by)
