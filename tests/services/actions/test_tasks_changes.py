"""Tasks: what becomes of them, what is asked before, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from services.store.base import Channel, Person, Project, Task
from services.understanding.base import Reference, Step


def kept(desk: Any) -> dict[str, Task]:
    return {task.title: task for task in desk.store.find(Task)}


@pytest.fixture
def team(desk: Any) -> Any:
    """Three tasks of two people in a project with a channel."""
    with desk.store.transaction("people") as tx:
        sarah = tx.add(Person(name="Sarah Chen", nicknames=("Saz",)))
        tx.add(Person(name="Mike Miller"))
        project = tx.add(Project(name="product launch"))
        tx.add(Channel(name="marketing", project_id=project.id, members=(sarah.id,)))
    desk.say(
        "task.create",
        title="write the press release",
        assignees=["Sarah Chen"],
        project="product launch",
        when="Friday",
    )
    desk.say(
        "task.create", title="test the shop", assignees=["Mike Miller"], when="Monday at 5 pm", tags=["shop", "QA"]
    )
    desk.say("task.create", title="book the hall")
    return desk


@pytest.mark.parametrize(
    ("slots", "reply"),
    [
        ({"when": "today"}, "Task created: pack, due today, high priority, going by the deadline."),
        ({"when": "today", "priority": "low"}, "Task created: pack, due today, low priority."),
        ({"when": "tomorrow"}, "Task created: pack, due tomorrow."),
        ({"title": "fix the urgent leak"}, "Task created: fix the urgent leak, urgent, going by the words."),
        ({"title": "tidy up some day"}, "Task created: tidy up some day, low priority, going by the words."),
        ({"recurrence": "every day at 11 am"}, "Task created: pack, due today at 11 AM, every day at 11 am."),
        ({"tags": ["Home", "#trip"]}, "Task created: pack, tagged home and trip."),
        ({"status": "in progress"}, "Task created: pack."),
        ({"project": "product launch"}, "Task created: pack, in the product launch project."),
        ({"channel": "marketing"}, "Task created: pack, in the product launch project, in the marketing channel."),
        ({"parent": "hall"}, "Task created: pack, part of book the hall."),
        ({"blocked_by": ["press release"]}, "Task created: pack, blocked by write the press release."),
        ({"blocks": ["press release"]}, "Task created: pack, before press release."),
    ],
)
def test_create_with_what_belongs_to_it(team: Any, slots: dict[str, Any], reply: str) -> None:
    assert team.say("task.create", **{"title": "pack", **slots}) == reply
    assert team.say("control.undo").startswith("Undone: task created")
    assert set(kept(team)) == {"write the press release", "test the shop", "book the hall"}


def test_where_a_task_belongs_goes_without_saying(team: Any) -> None:
    project = team.store.find(Project)[0].id
    team.say("task.create", title="a", channel="marketing")
    team.say("task.create", title="b", parent="press release")
    assert [kept(team)[title].project_id for title in "ab"] == [project, project]
    team.command(Step("project.create", {"name": "trip"}), Step("task.create", {"title": "c"}, after=(0,)))
    assert kept(team)["c"].project_id == team.store.find(Project)[1].id


def test_people_are_kept_by_id_and_by_name(team: Any) -> None:
    sarah = team.store.find(Person)[0]
    step = Step(
        "task.create",
        {"title": "plan", "assignees": ["Saz", "bob"]},
        references=(Reference("assignees", "Saz", "person", sarah.name, sarah.id, "alias"),),
    )
    team.command(step)
    task = kept(team)["plan"]
    assert (task.assignees, task.assignee_ids) == (("Sarah Chen", "Bob"), (sarah.id, ""))
    with team.store.transaction("renamed") as tx:
        tx.put(Person(id=sarah.id, name="Sarah Okafor"))
    asked = Step(
        "task.query",
        {"assignees": ["Sarah"]},
        references=(Reference("assignees", "Sarah", "person", "Sarah Okafor", sarah.id, "exact"),),
    )
    assert team.command(asked) == "Two tasks for Sarah Okafor: write the press release, due Friday; plan."


@pytest.mark.parametrize(
    ("action", "slots", "reply"),
    [
        (
            "task.assign",
            {"title": "press release", "assignees": ["Mike Miller"]},
            "Assigned to Mike Miller instead of Sarah Chen: write the press release.",
        ),
        (
            "task.assign",
            {"title": "book the hall", "assignees": ["Anna", "Bob"]},
            "Assigned to Anna and Bob: book the hall.",
        ),
        (
            "task.assign",
            {"title": "press release", "assignees": ["me"]},
            "Assigned to you instead of Sarah Chen: write the press release.",
        ),
        (
            "task.assign",
            {"title": "press release", "assignees": ["Sarah Chen"]},
            "Assigned to Sarah Chen already: write the press release.",
        ),
        (
            "task.assign",
            {"title": "press release", "old_assignees": ["Sarah"], "assignees": ["Anna"]},
            "Assigned to Anna instead of Sarah Chen: write the press release.",
        ),
        (
            "task.assign",
            {"title": "press release", "direction": "remove", "assignees": ["Sarah"]},
            "Took Sarah Chen off: write the press release. Nobody is assigned to it now.",
        ),
        (
            "task.deadline",
            {"title": "press release", "when": "next Friday"},
            "Due December 11 now: write the press release.",
        ),
        ("task.deadline", {"title": "shop", "when": "by two days"}, "Due December 9 at 5 PM now: test the shop."),
        ("task.deadline", {"title": "shop", "when": "a day earlier"}, "Due Sunday at 5 PM now: test the shop."),
        ("task.deadline", {"title": "shop", "when": "to 3 pm"}, "Due Monday at 3 PM now: test the shop."),
        (
            "task.deadline",
            {"title": "hall", "when": "today"},
            "Due today now: book the hall, high priority, going by the deadline.",
        ),
        ("task.deadline", {"title": "shop", "when": "none"}, "No deadline any more: test the shop."),
        ("task.deadline", {"title": "hall", "when": "none"}, "No deadline anyway: book the hall."),
        (
            "task.deadline",
            {"title": "hall", "recurrence": "every Monday"},
            "Due Monday now, every Monday: book the hall.",
        ),
        ("task.status", {"title": "hall", "status": "in progress"}, "In progress now: book the hall."),
        ("task.status", {"title": "hall", "status": "on hold"}, "On hold now: book the hall."),
        (
            "task.status",
            {"title": "hall", "status": "on hold", "when": "until Monday"},
            "On hold until December 7, 2026 now: book the hall.",
        ),
        ("task.status", {"title": "hall", "status": "cancelled"}, "Cancelled now: book the hall."),
        ("task.status", {"title": "hall", "status": "done"}, "Done: book the hall."),
        ("task.update", {"title": "hall", "priority": "urgent"}, "Book the hall: urgent."),
        ("task.update", {"title": "hall", "priority": "higher"}, "Book the hall: high priority."),
        ("task.update", {"title": "hall", "new_title": "rent the hall"}, "Book the hall is called rent the hall now."),
        (
            "task.update",
            {"title": "hall", "tags": ["trip"], "priority": "low"},
            "Book the hall: low priority, tagged trip.",
        ),
        (
            "task.update",
            {"title": "shop", "tags": ["qa"], "direction": "remove"},
            "Test the shop: no longer tagged qa.",
        ),
        (
            "task.update",
            {"title": "hall", "project": "product launch"},
            "Book the hall: in the product launch project now.",
        ),
        ("task.update", {"title": "hall", "channel": "marketing"}, "Book the hall: in the marketing channel now."),
        (
            "task.update",
            {"title": "hall", "parent": "press release"},
            "Book the hall: a part of write the press release now.",
        ),
        ("task.update", {"title": "hall", "assignees": ["Anna"]}, "Book the hall: it is for Anna now."),
        ("task.update", {"title": "hall", "when": "Friday"}, "Book the hall: due Friday."),
        ("task.update", {"title": "hall", "recurrence": "every Friday"}, "Book the hall: due Friday, every Friday."),
        ("task.update", {"title": "hall", "status": "in review"}, "Book the hall: in review now."),
        ("task.update", {"title": "shop", "tags": ["qa"]}, "Test the shop: nothing to change, it is so already."),
        (
            "task.depend",
            {"title": "hall", "blocks": ["press release"]},
            "Write the press release waits for book the hall.",
        ),
        (
            "task.depend",
            {"title": "hall", "blocked_by": ["shop", "press release"]},
            "Book the hall waits for test the shop and write the press release.",
        ),
        (
            "task.depend",
            {"title": "shop", "blocks": ["press release"]},
            "Write the press release waits for test the shop, though that is due later.",
        ),
        (
            "task.breakdown",
            {"title": "hall", "parts": ["call them", "pay"]},
            "Book the hall has two subtasks now: call them and pay.",
        ),
        ("task.delete", {"title": "hall"}, "Task deleted: book the hall."),
    ],
)
def test_what_becomes_of_it(team: Any, action: str, slots: dict[str, Any], reply: str) -> None:
    before = {title: (task, task.id) for title, task in kept(team).items()}
    assert team.say(action, **slots) == reply
    assert team.outcomes[0].ok
    if team.outcomes[0].changed:
        team.say("control.undo")
        after = kept(team)
        assert {
            title: (task.title, task.due, task.assignees, task.status, task.tags, task.priority, task.blocked_by)
            for title, task in after.items()
        } == {
            title: (task.title, task.due, task.assignees, task.status, task.tags, task.priority, task.blocked_by)
            for title, (task, _) in before.items()
        }


@pytest.mark.parametrize(
    ("action", "slots", "code"),
    [
        ("task.complete", {}, "task.no_title"),
        ("task.complete", {"title": "fly to Mars"}, "task.unknown"),
        ("task.update", {}, "task.no_title"),
        ("task.update", {"title": "hall"}, "task.no_change"),
        ("task.update", {"title": "hall", "priority": "purple"}, "task.priority"),
        ("task.update", {"title": "hall", "status": "purple"}, "task.status"),
        ("task.update", {"title": "hall", "tags": ["x"], "direction": "remove"}, "task.no_tag"),
        ("task.update", {"title": "hall", "project": "moon"}, "project.unknown"),
        ("task.update", {"title": "hall", "channel": "moon"}, "channel.unknown"),
        ("task.update", {"title": "hall", "parent": "hall"}, "task.cycle"),
        ("task.assign", {}, "task.no_title"),
        ("task.assign", {"title": "hall"}, "task.no_assignees"),
        ("task.assign", {"title": "hall", "assignees": ["Mike"], "direction": "remove"}, "task.not_assigned"),
        ("task.assign", {"title": "hall", "old_assignees": ["Mike"], "assignees": ["Anna"]}, "task.not_assigned"),
        ("task.deadline", {}, "task.no_title"),
        ("task.deadline", {"title": "hall"}, "task.no_when"),
        ("task.deadline", {"title": "hall", "when": "gobbledygook"}, "task.when"),
        ("task.deadline", {"title": "hall", "when": "yesterday"}, "task.past"),
        ("task.status", {}, "task.no_title"),
        ("task.status", {"title": "hall"}, "task.no_status"),
        ("task.status", {"title": "hall", "status": "purple"}, "task.status"),
        ("task.depend", {"title": "hall"}, "task.no_blocker"),
        ("task.depend", {"title": "hall", "blocks": ["hall"]}, "task.cycle"),
        ("task.breakdown", {}, "task.no_title"),
        ("task.breakdown", {"title": "moon"}, "task.unknown"),
        ("task.delete", {}, "task.no_title"),
        ("task.delete", {"assignees": ["Nobody"]}, "task.none"),
    ],
)
def test_refusals_change_nothing(team: Any, action: str, slots: dict[str, Any], code: str) -> None:
    before = team.store.find(Task)
    team.say(action, **slots)
    assert team.codes == [code]
    assert team.store.find(Task) == before


def test_assigning_adds_where_that_is_said(team: Any) -> None:
    assert team.say(
        "task.assign", said="add Mike to the press release task", title="press release", assignees=["Mike Miller"]
    ) == ("Assigned to Sarah Chen and Mike Miller: write the press release.")
    team.say("task.assign", title="press release", assignees=["Sarah"], direction="remove")
    assert kept(team)["write the press release"].assignees == ("Mike Miller",)


def test_a_moved_deadline_is_moved_ahead_where_that_is_said(team: Any) -> None:
    assert team.say("task.deadline", said="bring the shop test forward by a day", title="shop", when="by a day") == (
        "Due Sunday at 5 PM now: test the shop."
    )


def test_a_deadline_that_is_far_again_takes_its_urgency_along(team: Any) -> None:
    team.say("task.deadline", title="hall", when="today")
    assert (
        team.say("task.deadline", title="hall", when="December 20")
        == "Due December 20 now: book the hall, and of normal priority again."
    )
    team.say("task.update", title="hall", priority="high")
    team.say("task.deadline", title="hall", when="December 21")
    assert kept(team)["book the hall"].priority == "high"


def test_somebody_at_work_on_a_task_is_assigned_to_it(team: Any) -> None:
    team.say("task.status", title="hall", status="in progress", assignees=["Mike Miller"])
    task = kept(team)["book the hall"]
    assert (task.status, task.assignees) == ("in_progress", ("Mike Miller",))


@pytest.mark.parametrize(
    ("action", "slots", "question"),
    [
        ("task.complete", {}, "Mark two tasks as done: book the hall and test the shop?"),
        ("task.delete", {}, "Delete two tasks: book the hall and test the shop?"),
        ("task.assign", {"assignees": ["Anna"]}, "Assign Anna to two tasks: book the hall and test the shop?"),
        ("task.deadline", {"when": "Friday"}, "Change the deadline of two tasks: book the hall and test the shop?"),
        ("task.update", {"priority": "high"}, "Change two tasks: book the hall and test the shop?"),
    ],
)
def test_several_at_once_only_after_a_yes(team: Any, action: str, slots: dict[str, Any], question: str) -> None:
    tasks = kept(team)
    both = tuple(
        Reference("title", "them", "task", title, tasks[title].id, "context")
        for title in ("book the hall", "test the shop")
    )
    assert team.command(Step(action, {"title": "book the hall", **slots}, references=both)) == question
    assert team.awaits and kept(team) == tasks
    team.agree()
    assert team.outcomes[0].ok and len(team.outcomes[0].changed) == 2
    team.say("control.undo")
    assert {task.title: task.status for task in team.store.find(Task)} == dict.fromkeys(tasks, "todo")


def test_the_second_one_is_the_second_one_that_was_told(team: Any) -> None:
    team.say("task.query")
    _, second, _ = team.outcomes[0].about
    team.say("task.create", title=second[2])  # another one of the same name
    team.command(
        Step(
            "task.complete",
            {"title": second[2]},
            references=(Reference("title", "the second one", *second[:1], second[2], second[1], "context"),),
        )
    )
    assert team.store.get(Task, second[1]).status == "done"
    assert sum(task.status == "done" for task in team.store.find(Task)) == 1


def test_which_one_is_asked_with_what_there_is_to_choose_from(team: Any) -> None:
    team.say("task.create", title="test the till")
    assert team.say("task.complete", title="test") == "Two tasks fit: test the shop and test the till. Which one?"
    choice = team.outcomes[0].choice
    assert (choice.slot, choice.words, [name for _, _, name in choice.things]) == (
        "title",
        "test",
        ["test the shop", "test the till"],
    )
    assert team.say("task.complete", title="test", assignees=["Mike Miller"]) == "Done: test the shop."


def test_one_that_was_deleted_since_is_not_there_any_more(team: Any) -> None:
    gone = Reference("title", "it", "task", "book the hall", kept(team)["book the hall"].id, "context")
    team.say("task.delete", title="hall")
    assert (
        team.command(Step("task.complete", {"title": "book the hall"}, references=(gone,)))
        == "Book the hall is not there any more."
    )


class TestDependencies:
    def test_what_is_done_unblocks_what_waited(self, team: Any) -> None:
        team.say("task.depend", title="press release", blocked_by=["shop", "hall"])
        assert team.say("task.complete", title="shop") == "Done: test the shop."
        assert team.say("task.complete", title="hall") == "Done: book the hall. That unblocks write the press release."

    def test_what_is_done_too_early_says_what_came_before(self, team: Any) -> None:
        team.say("task.depend", title="press release", blocked_by=["hall"])
        assert team.say("task.status", title="press release", status="in progress") == (
            "In progress now: write the press release, though blocked by book the hall."
        )
        assert team.say("task.complete", title="press release") == (
            "Done: write the press release. Book the hall, which came before, is still open."
        )

    def test_circles_are_refused_by_name(self, team: Any) -> None:
        team.say("task.depend", title="press release", blocked_by=["shop"])
        team.say("task.depend", title="shop", blocked_by=["hall"])
        assert team.say("task.depend", title="hall", blocked_by=["press release"]) == (
            "Book the hall can't wait for write the press release: "
            "write the press release waits for test the shop and test the shop waits for book the hall already."
        )
        assert team.codes == ["task.cycle"]
        assert kept(team)["book the hall"].blocked_by == ()

    def test_twice_is_once_and_done_is_nothing_to_wait_for(self, team: Any) -> None:
        team.say("task.depend", title="press release", blocked_by=["shop"])
        assert team.say("task.depend", title="shop", blocks=["press release"]).endswith("already.")
        team.say("task.complete", title="hall")
        assert (
            team.say("task.depend", title="shop", blocked_by=["hall"])
            == "Book the hall is done already: there is nothing to wait for."
        )

    def test_taken_away(self, team: Any) -> None:
        team.say("task.depend", title="press release", blocked_by=["shop"])
        assert team.say("task.depend", title="press release", blocked_by=["shop"], direction="remove") == (
            "Write the press release doesn't wait for test the shop any more."
        )
        assert team.say("task.depend", title="press release", blocked_by=["shop"], direction="remove").endswith(
            "anyway."
        )

    def test_what_is_deleted_holds_nothing_up(self, team: Any) -> None:
        team.say("task.depend", title="press release", blocked_by=["shop"])
        assert (
            team.say("task.delete", title="shop")
            == "Task deleted: test the shop. That unblocks write the press release."
        )
        assert kept(team)["write the press release"].blocked_by == ()


class TestParts:
    def test_usual_parts_are_proposed_and_added_on_yes(self, team: Any) -> None:
        assert team.say("task.breakdown", title="press release") == (
            "I would break write the press release down into four parts: "
            "gather the facts, write a draft, have it reviewed and hand it in. Shall I add them?"
        )
        assert len(kept(team)) == 3
        team.agree()
        parts = [task for task in team.store.find(Task) if task.parent_id]
        whole = kept(team)["write the press release"]
        assert [(task.parent_id, task.project_id, task.assignees) for task in parts] == [
            (whole.id, whole.project_id, ("Sarah Chen",))
        ] * 4
        assert team.say("task.breakdown", title="press release").startswith(
            "Write the press release has its parts already"
        )
        team.say("task.update", title="write a draft", parent="hall")
        assert team.say("task.breakdown", title="hall").startswith("Book the hall has parts already: write a draft.")

    def test_one_that_is_not_there_is_created_on_yes(self, team: Any) -> None:
        assert team.say("task.breakdown", title="website", parts=["design", "build"]) == (
            "I found no open task like “website”. Shall I create it, with design and build as its parts?"
        )
        assert team.agree() == "Website has two subtasks now: design and build."

    def test_the_last_part_and_what_is_left_are_told(self, team: Any) -> None:
        team.say("task.breakdown", title="hall", parts=["call", "pay"])
        team.say("task.complete", title="call")
        assert team.say("task.complete", title="pay") == "Done: pay. That was the last part of book the hall."
        team.say("task.breakdown", title="shop", parts=["order", "return"])
        assert (
            team.say("task.complete", title="test the shop")
            == "Done: test the shop. Still open of it: order and return."
        )

    def test_parts_go_with_the_whole_after_a_yes(self, team: Any) -> None:
        team.say("task.breakdown", title="hall", parts=["call", "pay"])
        assert team.say("task.delete", title="hall") == "Delete book the hall with its two subtasks?"
        assert team.agree() == "Three tasks deleted."
        assert len(kept(team)) == 2

    def test_no_part_of_its_own_part(self, team: Any) -> None:
        team.say("task.breakdown", title="hall", parts=["call"])
        assert (
            team.say("task.update", title="book the hall", parent="call") == "Call is a part of book the hall already."
        )


@pytest.mark.parametrize(
    ("slots", "said", "question"),
    [
        (
            {"status": "all"},
            "delete all tasks",
            "Delete three tasks: write the press release, test the shop and book the hall?",
        ),
        (
            {"status": "all", "assignees": ["Sarah Chen"]},
            "delete all tasks for Sarah",
            "Task deleted: write the press release.",
        ),
        ({"status": "done"}, "delete all done tasks", "You have no done tasks."),
        ({"title": "shop"}, "delete all shop tasks", "Task deleted: test the shop."),
    ],
)
def test_delete_by_kind(team: Any, slots: dict[str, Any], said: str, question: str) -> None:
    assert team.say("task.delete", said=said, **slots) == question
