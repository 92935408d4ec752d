"""Tasks: whatever is asked for in whatever order, nobody waits in a circle, nothing is lost, and undo goes all the way
back.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.actions.execution.executor import Executor
from services.actions.tasks.urgency import CLOSE, inferred
from services.store.base import Task
from services.store.store import Store
from services.understanding.base import Command, Reference, Step
from services.understanding.when import find

NOW = datetime(2026, 12, 2, 15, tzinfo=UTC)
TITLES = ("alpha", "bravo", "charlie", "delta", "echo")
_title = st.sampled_from(TITLES)
_people = st.lists(st.sampled_from(("Ann", "Bob", "Cid")), max_size=2, unique=True)
_steps = st.one_of(
    st.builds(lambda title, on, off: ("task.depend", {"title": title, "blocked_by": [on]} | off), _title, _title,
              st.sampled_from(({}, {}, {"direction": "remove"}))),
    st.builds(lambda title: ("task.complete", {"title": title}), _title),
    st.builds(lambda title: ("task.delete", {"title": title}), _title),
    st.builds(lambda title, parent: ("task.update", {"title": title, "parent": parent}), _title, _title),
    st.builds(lambda title, group: ("task.assign", {"title": title, "assignees": group}), _title, _people),
    st.builds(lambda title, status: ("task.status", {"title": title, "status": status}), _title,
              st.sampled_from(("open", "in progress", "blocked", "on hold", "cancelled", "done"))),
    st.builds(lambda title, when: ("task.deadline", {"title": title, "when": when}), _title,
              st.sampled_from(("today", "Friday at 5 pm", "by two days", "none", "to 8 pm", "rubbish"))),
    st.builds(lambda title, parts: ("task.breakdown", {"title": title, "parts": parts}), _title,
              st.just(["foxtrot", "golf"])),
    st.builds(lambda title: ("task.create", {"title": title}), _title),
)  # fmt: skip


def _content(store: Store) -> dict[str, Mapping[str, Any]]:
    return {
        id_: {name: value for name, value in row.items() if name != "updated"} for id_, row in store.rows(Task).items()
    }


def _chains_end(store: Store, field: str) -> bool:
    """Whether no task leads back to itself along this field."""
    rows = store.rows(Task)

    def leads(id_: str) -> tuple[str, ...]:
        value = rows[id_].get(field)
        return tuple(each for each in ((value,) if isinstance(value, str) else value or ()) if each in rows)

    for start in rows:
        reached, ahead = set(), list(leads(start))
        while ahead:
            at = ahead.pop()
            if at == start:
                return False
            ahead += [each for each in leads(at) if each not in reached]
            reached.add(at)
    return True


@settings(max_examples=40)
@given(steps=st.lists(_steps, min_size=1, max_size=12))
def test_no_circles_nothing_half_done_and_undo_brings_back_what_was(
    tmp_path_factory: Any, steps: list[tuple[str, dict[str, Any]]]
) -> None:
    with Store(tmp_path_factory.mktemp("store") / "equerry.db") as store:
        executor = Executor(store, find_when=find, zone=UTC)

        def run(action: str, slots: dict[str, Any]) -> bool:
            response = executor.run(
                Command("as spoken", (Step(action, slots),), 1.0, "template", confirmed=True), now=NOW, client="t"
            )
            (outcome,) = response.outcomes
            assert response.reply.text and outcome.ok == (outcome.code is None)
            return outcome.ok

        for title in TITLES:
            run("task.create", {"title": title})
        states = [_content(store)]
        for action, slots in steps:
            ok = run(action, slots)
            assert ok or _content(store) == states[-1]
            assert _chains_end(store, "blocked_by") and _chains_end(store, "parent_id")
            ids = set(store.rows(Task))
            assert all(set(row.get("blocked_by", ())) <= ids for row in store.rows(Task).values())
            if _content(store) != states[-1]:
                states.append(_content(store))
        for before in reversed(states[:-1]):
            assert run("control.undo", {})
            assert _content(store) == before


@given(
    hours=st.integers(1, 24 * 30),
    title=st.sampled_from(("tidy up", "fix it asap", "some day", "important call")),
    repeats=st.booleans(),
)
def test_what_is_inferred_is_marked_and_what_is_told_stays(hours: int, title: str, repeats: bool) -> None:
    task = Task(title=title, due=NOW + timedelta(hours=hours), rrule="FREQ=DAILY" if repeats else None)
    found = inferred(task, NOW)
    assert (found.priority == "normal") == (found.inferred == "")
    assert (found.inferred == "deadline") <= (timedelta(hours=hours) <= CLOSE and not repeats)
    assert inferred(found, NOW) == found
    told = Task(title=title, priority="low", due=task.due)
    assert inferred(told, NOW) == told


@settings(max_examples=25)
@given(count=st.integers(1, 12), place=st.integers(0, 11))
def test_any_task_of_the_list_is_the_one_completed(tmp_path_factory: Any, count: int, place: int) -> None:
    """Paging on with "more" tells of every task once, in one order; the n-th of a page is that very task."""
    with Store(tmp_path_factory.mktemp("store") / "equerry.db") as store:
        executor = Executor(store, find_when=find, zone=UTC)

        def run(action: str, slots: dict[str, Any], *references: Reference) -> Any:
            response = executor.run(
                Command("as spoken", (Step(action, slots, references=references),), 1.0, "template"),
                now=NOW,
                client="t",
            )
            (outcome,) = response.outcomes
            return outcome

        for _ in range(count):
            run("task.create", {"title": "the same"})
        told: list[tuple[str, str, str]] = []
        while page := run("task.query", {"skip": str(len(told))}).about:
            told += page
        assert len({id_ for _, id_, _ in told}) == len(told) == count
        kind, id_, name = told[place % count]
        run("task.complete", {"title": name}, Reference("title", "that one", kind, name, id_, "context"))
        assert [task.id for task in store.find(Task) if task.status == "done"] == [id_]
