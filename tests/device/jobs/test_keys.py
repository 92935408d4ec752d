"""Commands that are brought more than once, and commands told step by step, on the act threads."""

from __future__ import annotations

import os
import queue
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from device.commands.responder import Responder
from device.jobs.job import FINAL, Job, JobEvent, Limits, Pace, TooMany
from device.jobs.jobs import Jobs
from device.jobs.keys import DoneBefore, KeyTaken, key_of
from services.actions.base import Outcome, Reply, Response
from services.actions.call import Call, Done
from services.actions.execution.executor import Executor
from services.actions.execution.progress import CommandProgress, Progress, Report, never, nobody
from services.store.base import Note
from services.store.store import Store
from services.understanding.base import Command, Step
from services.understanding.explicit import explicit
from services.understanding.when import find
from tests.children import in_child

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
PATIENCE = 20.0
UNBOUND = Pace(per_minute=1e9, burst=1_000_000)


class Knows:
    """Understands everything as one task."""

    def parse(self, text: str, *, now: datetime, focus: str = "", before: Command | None = None) -> Command:
        return Command(text, (Step("task.create", {"title": text}),), 1.0, "template")


class Does:
    """Does everything and keeps the keys, as a store does; `wait` waits until it is let go on."""

    def __init__(self) -> None:
        self.go_on, self.waiting = threading.Event(), threading.Event()
        self.did: list[str] = []
        self.keys: set[str] = set()

    def run(
        self,
        command: Command,
        *,
        now: datetime,
        client: str,
        id: str = "",
        key: str = "",
        progress: Report = nobody,
        **_: object,
    ) -> Response:
        tell = CommandProgress(command, id, client, clock=lambda: NOW, report=progress, cancelled=never)
        tell("started", words=command.text)
        if command.text == "wait":
            self.waiting.set()
            assert self.go_on.wait(PATIENCE)
        self.did.append(command.text)
        if key:
            self.keys.add(key)
        return Response(
            command,
            tuple(Outcome(step.action, True, f"Did {command.text}.") for step in command.steps),
            Reply(f"Did {command.text}."),
        )


class Desk:
    """Jobs, and what came of them."""

    def __init__(self, **fields: Any) -> None:
        self.does = Does()
        self.bugs: list[BaseException] = []
        self.events: list[JobEvent] = []
        self.now = 0.0
        given = {"limits": Limits(queued=1000), "pace": UNBOUND, "was_done": self.does.keys.__contains__, **fields}
        self.jobs = Jobs(
            Responder(Knows(), self.does, lambda: NOW),
            now=lambda: NOW,
            crashed=self.bugs.append,
            clock=lambda: self.now,
            watchers=[self.events.append],
            **given,
        )

    def submit(
        self, text: str, id_: str = "", client: str = "mqtt:phone", **fields: Any
    ) -> tuple[Job, Callable[[], str]]:
        there = threading.Event()
        found: list[Response] = []

        def done(response: Response) -> None:
            found.append(response)
            there.set()

        job = self.jobs.submit(text, client=client, id=id_, done=done, **fields)

        def reply() -> str:
            assert there.wait(PATIENCE), self.bugs
            assert len(found) == 1
            return found[0].reply.text

        return job, reply


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    with desk.jobs:
        yield desk
        desk.does.go_on.set()
    assert not desk.bugs


def test_what_is_brought_again_is_done_once_and_answered_each_time(desk: Desk) -> None:
    first, said = desk.submit("wait", "1")
    assert desk.does.waiting.wait(PATIENCE)
    again, too = desk.submit("wait", "1")
    assert again.id == first.id and again.state == "running"
    desk.does.go_on.set()
    assert said() == too() == "Did wait."
    late, at_once = desk.submit("wait", "1")
    assert late.id == first.id and late.state == "completed" and at_once() == "Did wait."
    assert desk.does.did == ["wait"] and desk.does.keys == {key_of("mqtt:phone", "1")}
    assert [event.what for event in desk.events] == ["queued", "began", "completed"]


def test_what_waits_is_not_put_behind_itself(desk: Desk) -> None:
    desk.submit("wait")
    assert desk.does.waiting.wait(PATIENCE)
    jobs = [desk.submit("add milk", "1") for _ in range(5)]
    assert len({job.id for job, _ in jobs}) == 1 and desk.jobs.stats().queued == 1
    desk.does.go_on.set()
    assert {reply() for _, reply in jobs} == {"Did add milk."} and desk.does.did == ["wait", "add milk"]


def test_an_id_belongs_to_one_identity_and_one_command(desk: Desk) -> None:
    desk.submit("add milk", "1")[1]()
    desk.submit("add milk", "1", client="mqtt:tablet")[1]()
    desk.submit("add milk", "2")[1]()
    assert len(desk.does.did) == 3
    for text, client in (("add bread", "mqtt:phone"), ("add milk", "mqtt:phone#kitchen")):
        with pytest.raises(KeyTaken) as raised:
            desk.submit(text, "1", client=client)
        assert raised.value.code == "jobs.key_taken"
    with pytest.raises(KeyTaken):
        desk.submit("add milk", "1", command=explicit([("note.create", {"content": "milk"})]))
    assert len(desk.does.did) == 3


def test_long_ago_is_known_only_to_the_store(desk: Desk) -> None:
    desk.submit("add milk", "1")[1]()
    desk.now = Limits().kept_s + 1
    assert not desk.jobs.view()
    with pytest.raises(DoneBefore, match=r"^That was done before\.$"):
        desk.submit("add milk", "1")
    with pytest.raises(DoneBefore):
        desk.submit("add bread", "1")
    assert desk.does.did == ["add milk"]


@pytest.mark.parametrize("id_", ["x" * 10_240, "a\nb\0c", "\ud800", "1\n2", "💡", " "])
def test_an_id_may_be_anything(desk: Desk, id_: str) -> None:
    first, said = desk.submit("add milk", id_)
    assert said() == "Did add milk." and desk.submit("add milk", id_)[0].id == first.id
    assert {len(key) for key in desk.does.keys} == {64}


def test_two_threads_bring_the_same_at_once() -> None:
    desk = Desk()
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with desk.jobs:
            for number in range(30):
                start = threading.Barrier(4)
                jobs: list[str] = []

                def bring(id_: str, start: threading.Barrier = start, jobs: list[str] = jobs) -> None:
                    start.wait()
                    job, reply = desk.submit(f"do {id_}", id_)
                    assert reply() == f"Did do {id_}."
                    jobs.append(job.id)

                threads = [threading.Thread(target=bring, args=(str(number),)) for _ in range(4)]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join(PATIENCE)
                assert len(jobs) == 4 and len(set(jobs)) == 1
    finally:
        sys.setswitchinterval(before)
    assert len(desk.does.did) == 30 and not desk.bugs


def test_thousands_take_no_more_room_than_what_is_in_view(desk: Desk) -> None:
    for number in range(0, 3_000, 100):
        replies = [desk.submit(f"do {each}", str(each))[1] for each in range(number, number + 100)]
        assert all(reply() for reply in replies)
    kept = len(desk.jobs.view())
    assert kept <= 2_000
    assert len(desk.jobs._answers) == kept


def test_who_brings_the_same_too_often_is_told_so() -> None:
    desk = Desk(pace=Pace(per_minute=60, burst=5))
    with desk.jobs:
        first, said = desk.submit("add milk", "1")
        said()
        assert {desk.submit("add milk", "1")[0].id for _ in range(5)} == {first.id}
        with pytest.raises(TooMany):
            desk.submit("add milk", "1")
        assert desk.submit("add bread", "2")[1]() == "Did add bread.", "that is counted apart"


def test_limits_are_for_all_conversations_of_one() -> None:
    desk = Desk(limits=Limits(queued=3), pace=Pace(per_minute=60, burst=6))  # nothing runs: it was not started
    for number in range(3):
        desk.jobs.submit("add milk", client=f"mqtt:phone#{number}")
    with pytest.raises(TooMany, match="when some of it is done"):
        desk.jobs.submit("add milk", client="mqtt:phone#3")
    desk.jobs.submit("add milk", client="mqtt:tablet#0")
    for job in desk.jobs.view():
        desk.jobs.cancel(job.id)
    desk.jobs.submit("add milk", client="mqtt:phone")
    desk.jobs.submit("add milk", client="mqtt:phone#4")
    with pytest.raises(TooMany, match="in 1 s"):
        desk.jobs.submit("add milk", client="mqtt:phone#5")


def test_conversations_of_one_do_not_wait_for_each_other(desk: Desk) -> None:
    desk.submit("wait", client="mqtt:phone#a")
    assert desk.does.waiting.wait(PATIENCE)
    assert desk.submit("add milk", client="mqtt:phone#b")[1]() == "Did add milk."


def test_followers_are_told_of_each_step_under_the_id_of_its_job(desk: Desk) -> None:
    told: list[Progress] = []
    desk.jobs.follow(told.append)
    job, said = desk.submit("add milk")
    said()
    assert [(each.command, each.client, each.what, each.words) for each in told] == [
        (job.id, "mqtt:phone", "started", "add milk")
    ]


def test_steps_are_done_as_told_whatever_they_are_called(desk: Desk) -> None:
    command = explicit([("note.create", {"content": "after that, stop"})], "after that, stop everything")
    _, waiting = desk.submit("wait")
    job, said = desk.submit(command.text, command=command)
    assert not job.after and not job.express and job.text == command.text, "words that nobody said mean nothing"
    desk.does.go_on.set()
    waiting(), said()
    ended = next(event for event in desk.events if event.what == "completed" and event.job.id == job.id)
    assert ended.response and ended.response.command.steps[0].action == "note.create"
    assert ended.job.command is None and ended.job.state in FINAL, "what has ended keeps no steps"


def test_steps_about_jobs_go_before_all_others(desk: Desk) -> None:
    desk.submit("wait")
    assert desk.does.waiting.wait(PATIENCE)
    desk.submit("add milk")
    job, said = desk.submit("x", command=explicit([("job.query", {})]))
    assert job.express
    desk.does.go_on.set()
    said()


class Killed:
    """A store in a process of its own, which is killed in the middle of a keyed command."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def go(self, kill: str) -> None:
        """In the child."""
        self.bring(kill=kill)

    def bring(self, *, kill: str = "") -> str:
        """Bring the command; what is said of it."""
        with Store(self.path) as store:
            executor = Executor(store, find_when=find, zone=UTC, actions={"note.create": partial(self._noted, kill)})
            with Jobs(Responder(Knows(), executor, lambda: NOW), now=lambda: NOW, was_done=store.done) as jobs:
                if kill == "committed":
                    store.watch(lambda _: os.kill(os.getpid(), signal.SIGKILL))
                said: queue.SimpleQueue[str] = queue.SimpleQueue()
                command = explicit([("note.create", {"content": "milk"})])
                jobs.submit(
                    "x",
                    client="mqtt:phone",
                    id="1",
                    command=command,
                    done=lambda response: said.put(response.reply.text),
                )
                return said.get(timeout=PATIENCE)

    def _noted(self, kill: str, call: Call) -> Done:
        call.tx.add(Note(content=call.text("content")))
        if kill == "doing":
            os.kill(os.getpid(), signal.SIGKILL)
        return Done("Noted")


@pytest.mark.parametrize("moment", ["committed", "doing"])
def test_a_process_that_is_killed_has_done_it_once_or_does_it_when_it_is_brought_again(
    tmp_path: Path, moment: str
) -> None:
    killed = Killed(tmp_path / "equerry.db")
    _, status = os.waitpid(in_child(partial(killed.go, moment)), 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    if moment == "committed":
        with pytest.raises(DoneBefore):
            killed.bring()
    else:
        assert killed.bring() == "Noted."
    with Store(killed.path) as store:
        assert [note.content for note in store.find(Note)] == ["milk"]
