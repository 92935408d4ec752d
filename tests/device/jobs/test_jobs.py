"""Jobs on act threads, with the real parser, actions and store: what runs beside, what waits for it, what is cancelled,
who sees what.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from device.commands.directory import StoreDirectory
from device.commands.responder import Responder
from device.jobs.job import FINAL, Job, JobEvent, Limits, Pace, TooMany, row_of, without_words
from device.jobs.jobs import Jobs
from device.jobs.works import ConversationWorks
from device.records.writer import Row
from services.actions.base import Response
from services.actions.call import Call, Prepared
from services.actions.execution.executor import Executor
from services.actions.registry import PREPARATIONS
from services.files.local import LocalFiles
from services.store.base import Customer, DiskFull, LedgerEntry, SharedFile, Task
from services.store.store import Store
from services.understanding.parser import CommandParser
from services.understanding.slots.amounts import amount_of
from services.understanding.when import find

ROOT = Path(__file__).parents[3]
ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=ZONE)
PATIENCE = 20.0
"""Seconds after which a test has failed; nothing waits for them where all goes well."""
UNBOUND = Pace(per_minute=6000, burst=1000, customer_per_minute=6000, customer_burst=1000)


class Gate:
    """Holds up the preparation of reports until it is opened."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.reached = threading.Semaphore(0)

    def __call__(self, call: Call) -> Prepared:
        self.reached.release()
        assert self.open.wait(PATIENCE)
        return PREPARATIONS["report.create"](call)

    def await_one(self) -> None:
        assert self.reached.acquire(timeout=PATIENCE)


class Desk:
    """Jobs on a store, driven by hand."""

    def __init__(self, store: Store, parser: CommandParser, **fields: Any) -> None:
        self.store, self.gate = store, Gate()
        directory = StoreDirectory(store)
        files = LocalFiles(store.path.parent / "inbox", store.path.parent / "files", largest=1 << 20)
        files.open()
        works = ConversationWorks(owns=lambda client: client == "microphone")
        executor = Executor(
            store,
            find_when=find,
            zone=ZONE,
            read_amount=amount_of,
            files=files,
            preparations={**PREPARATIONS, "report.create": self.gate},
            works=works,
        )
        self.responder = Responder(parser, executor, lambda: NOW, directory=directory)
        self.events: list[JobEvent] = []
        self.bugs: list[BaseException] = []
        self.jobs = Jobs(
            self.responder,
            now=lambda: NOW,
            takes_long=lambda command: any(step.action in PREPARATIONS for step in command.steps),
            keep=fields.pop("keep", lambda rows: store.journal.add_all("job", rows)),
            watchers=[self.events.append],
            crashed=self.bugs.append,
            **{"pace": UNBOUND, **fields},
        )
        works.jobs = self.jobs

    def submit(self, text: str, client: str = "microphone", **fields: Any) -> tuple[Job, Callable[[], Response]]:
        """The job, and what waits for its response."""
        there = threading.Event()
        found: list[Response] = []

        def done(response: Response) -> None:
            found.append(response)
            there.set()

        job = self.jobs.submit(text, client=client, done=done, **fields)

        def response() -> Response:
            assert there.wait(PATIENCE), (text, self.bugs)
            return found[0]

        return job, response

    def ask(self, text: str, client: str = "microphone") -> str:
        return self.submit(text, client)[1]().reply.text


@pytest.fixture(scope="module")
def parser() -> CommandParser:
    return CommandParser(ROOT / "config" / "sentences")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "equerry.db") as opened:
        yield opened


@pytest.fixture
def desk(store: Store, parser: CommandParser) -> Iterator[Desk]:
    desk = Desk(store, parser)
    with desk.jobs:
        yield desk
        desk.gate.open.set()
    assert not desk.bugs


def test_short_commands_follow_at_once_while_a_report_is_made(desk: Desk) -> None:
    job, report = desk.submit("make a report of all tasks")
    desk.gate.await_one()
    assert desk.ask("add milk to the shopping list").startswith("Added milk")
    assert "“make a report of all tasks”" in desk.ask("what are you working on?")
    assert "not done yet" in desk.ask("is the report done?")
    desk.gate.open.set()
    assert report().outcomes[0].ok
    assert "was done" in desk.ask("is the report done?"), "a task called report is not what was asked for"
    whats = [event.what for event in desk.events if event.job.id == job.id]
    assert whats == ["queued", "began", "beside", "completed"]


def test_what_leans_on_what_is_being_made_waits_for_it(desk: Desk) -> None:
    desk.ask("create a contact Anna Schmidt")
    desk.submit("make a report of all tasks")
    desk.gate.await_one()
    leaning, sent = desk.submit("send it to Anna")
    assert desk.ask("create a task to call the bank", "console").startswith("Task created"), "others do not wait"
    assert desk.ask("add milk to the shopping list").startswith("Added milk"), "nor does what leans on nothing"
    assert [event.what for event in desk.events if event.job.id == leaning.id] == ["queued", "waits"]
    desk.gate.open.set()
    response = sent()
    assert response.command.steps[0].references and response.command.steps[0].references[0].kind == "file"
    assert response.command.steps[0].references[0].id in {file.id for file in desk.store.find(SharedFile)}


def test_a_pronoun_that_can_t_be_the_report_waits_for_nothing(desk: Desk) -> None:
    desk.ask("create a task to call the bank")
    desk.submit("make a report of all tasks")
    desk.gate.await_one()
    assert "call the bank" in desk.ask("mark it as done").lower()
    assert desk.store.find(Task)[0].status == "done"


def test_what_is_about_jobs_does_not_come_between(desk: Desk) -> None:
    desk.ask("create a contact Anna Schmidt")
    desk.submit("make a report of all tasks")
    desk.gate.await_one()
    desk.ask("what are you working on?")
    desk.ask("create a task to buy bread")
    leaning, sent = desk.submit("send it to Anna")
    assert desk.ask("mark it as done") == "Done: buy bread.", "a task is spoken of since, a file is not"
    assert "One job waits: “send it to Anna”." in desk.ask("what's in the queue")
    desk.gate.open.set()
    assert sent().command.steps[0].references[0].kind == "file"
    assert (job := desk.jobs.get(leaning.id)) and job.held


def test_a_question_asked_meanwhile_stays_open(desk: Desk) -> None:
    desk.ask("create a contact Anna Schmidt")
    _, report = desk.submit("make a report of all tasks")
    desk.gate.await_one()
    _, sent = desk.submit("send it to Anna")
    assert desk.ask("create a customer Rahul").startswith("Customer")
    assert desk.ask("delete the task").endswith("?")
    desk.gate.open.set()
    report(), sent()
    assert desk.ask("no") == "All right, nothing was done."


def test_after_that_waits_and_goes_on(desk: Desk) -> None:
    first, _ = desk.submit("make a report of all tasks")
    second, reminded = desk.submit("After that, create a task to call the bank")
    third, _ = desk.submit("and when that is done add milk to the shopping list")
    assert (second.after, second.text, third.after) == ((first.id,), "create a task to call the bank", (second.id,))
    desk.gate.await_one()
    assert not desk.store.find(Task)
    desk.gate.open.set()
    assert reminded().outcomes[0].ok and desk.store.find(Task)


def test_when_the_report_is_done_names_the_report(desk: Desk) -> None:
    report, _ = desk.submit("make a report of all tasks")
    desk.submit("after that add bread to the shopping list")
    named, _ = desk.submit("when the report is done, create a task to read it")
    assert named.after == (report.id,)
    assert desk.submit("when the washing is done, add soap to the shopping list")[0].text.startswith("when the washing")


def test_cancel_the_report_stops_it_and_what_builds_upon_it(desk: Desk) -> None:
    report, stopped = desk.submit("make a report of all tasks", turn=1)
    after, lost = desk.submit("after that create a task to read it")
    desk.gate.await_one()
    assert desk.ask("cancel the report") == "Stopped: “make a report of all tasks”."
    desk.gate.open.set()
    assert stopped().reply.text == "", "who said cancel knows"
    assert lost().reply.text.endswith("which was cancelled.")
    assert [job.state for id_ in (report.id, after.id) if (job := desk.jobs.get(id_))] == ["cancelled", "cancelled"]
    assert not desk.store.find(SharedFile) and not desk.store.find(Task)


def test_cancel_the_report_when_there_is_none(desk: Desk) -> None:
    assert desk.ask("cancel the report") == "I'm not working on any report, so there is nothing to stop."
    assert desk.ask("stop everything").startswith("I'm not working on anything")
    assert desk.ask("what are you working on").startswith("I'm not working on anything")


@pytest.mark.parametrize("words", ["cancel", "cancel that", "undo", "never mind"])
def test_cancel_said_behind_it_stops_it(desk: Desk, words: str) -> None:
    report, stopped = desk.submit("make a report of all tasks")
    desk.gate.await_one()
    assert desk.ask(words).startswith("Stopped")
    desk.gate.open.set()
    stopped()
    assert not desk.store.find(SharedFile)
    job = desk.jobs.get(report.id)
    assert job and job.state == "cancelled"


def test_a_waiting_one_that_is_cancelled_never_starts(store: Store, parser: CommandParser) -> None:
    desk = Desk(store, parser, limits=Limits(running=1, most=1))
    with desk.jobs:
        desk.submit("make a report of all tasks")
        desk.gate.await_one()
        waiting, cancelled = desk.submit("create a task to call the bank")
        assert desk.jobs.cancel(waiting.id)
        assert cancelled().reply.text == "That was cancelled."
        assert not desk.jobs.cancel(waiting.id), "it has ended"
        desk.gate.open.set()
    assert not store.find(Task)


def test_stop_everything_goes_through_when_all_places_are_taken(store: Store, parser: CommandParser) -> None:
    desk = Desk(store, parser, limits=Limits(running=2, most=3))
    with desk.jobs:
        reports = [desk.submit("make a report of all tasks") for _ in range(4)]
        desk.gate.await_one()
        desk.gate.await_one()
        assert desk.ask("stop everything") == "Four jobs stopped."
        desk.gate.open.set()
        assert {response().reply.text for _, response in reports} == {""}
        assert {job.state for job in desk.jobs.view() if not job.express} == {"cancelled"}


def test_stop_everything_of_a_guest_leaves_the_others_alone(desk: Desk) -> None:
    desk.submit("make a report of all tasks", "console")
    desk.gate.await_one()
    assert "nothing to stop" in desk.ask("stop everything", "mqtt:kitchen")
    assert desk.ask("what are you working on", "mqtt:kitchen").startswith("I'm not working on anything"), (
        "nor are they told of"
    )
    assert desk.ask("stop everything", "microphone").startswith("Stopped"), "the owner stops all"


def test_no_more_run_at_once_than_may(store: Store, parser: CommandParser) -> None:
    desk = Desk(store, parser, limits=Limits(running=2, most=3))
    with desk.jobs:
        responses = [desk.submit("make a report of all tasks", client)[1] for client in "aaabbb"]
        for _ in range(2):
            desk.gate.await_one()
        assert desk.ask("add milk to the shopping list", "c").startswith("Added milk"), (
            "one place is left for what does not take long"
        )
        running = [job.client for job in desk.jobs.view() if job.state == "running"]
        assert len(running) <= 3 and max(running.count("a"), running.count("b")) <= 2
        desk.gate.open.set()
        assert all(response().outcomes[0].ok for response in responses), "each is made in its time"
    assert max(event.running for event in desk.events) <= 3


def test_too_many_are_refused_and_told_of(store: Store, parser: CommandParser) -> None:
    told: list[tuple[str, str]] = []
    desk = Desk(
        store,
        parser,
        pace=Pace(per_minute=60, burst=2),
        clock=lambda: 0.0,
        refused=lambda client, _, error: told.append((client, error.code)),
    )
    desk.submit("add milk to the shopping list", "mqtt:flood")
    desk.submit("add milk to the shopping list", "mqtt:flood")
    with pytest.raises(TooMany, match="in 1 s"):
        desk.submit("add milk to the shopping list", "mqtt:flood")
    desk.submit("add milk to the shopping list", "console")
    desk.submit("stop everything", "mqtt:flood")
    assert told == [("mqtt:flood", "jobs.too_many")] and desk.jobs.stats().refused == 1


def test_a_customer_is_not_booked_on_without_end(store: Store, parser: CommandParser) -> None:
    desk = Desk(store, parser, pace=replace(UNBOUND, customer_per_minute=1, customer_burst=2))
    with desk.jobs:
        desk.ask("create a customer Rahul")
        replies = [desk.ask("add 100 credit to Rahul", client) for client in ("a", "b", "c")]
    assert "too much" in replies[-1] and len(store.find(LedgerEntry)) == 2


def test_history_is_kept_and_not_on_the_way(store: Store, parser: CommandParser) -> None:
    desk = Desk(store, parser)
    with desk.jobs:
        desk.ask("create a task to call the bank")
        desk.ask("gibberish of no meaning")
    rows = [entry.fields for entry in store.journal.rows("job")]
    assert [(row["state"], row["label"]) for row in rows] == [("completed", "task.create"), ("failed", "")]
    assert rows[0]["client"] == "microphone" and rows[0]["took_s"] >= 0


def test_history_waits_for_room_on_the_disk(store: Store, parser: CommandParser) -> None:
    kept: list[Any] = []
    full = [True]

    def keep(rows: Any) -> None:
        if full[0]:
            raise DiskFull(path="/disk")
        kept.extend(rows)

    desk = Desk(store, parser, keep=keep)
    with desk.jobs:
        desk.ask("create a task to call the bank")
        desk.jobs._history.flush()
        full[0] = False
    assert len(kept) == 1


def test_a_bug_is_handed_on(store: Store, parser: CommandParser, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(store, parser)

    def bug(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(desk.responder, "understand", bug)
    with desk.jobs:
        desk.jobs.submit("add milk", client="console")
        for _ in range(2000):
            if desk.bugs:
                break
            threading.Event().wait(0.005)
    assert isinstance(desk.bugs[0], ZeroDivisionError)


def test_closing_leaves_nothing_half_done(store: Store, parser: CommandParser) -> None:
    desk = Desk(store, parser, limits=Limits(running=1, most=1))
    desk.jobs.start()
    desk.submit("make a report of all tasks")
    desk.gate.await_one()
    desk.submit("create a task to call the bank")
    desk.gate.open.set()
    desk.jobs.close(within=PATIENCE)
    assert {job.state for job in desk.jobs.view()} <= FINAL and not store.find(Task)


CLIENTS = [*(f"mqtt:room-{number}" for number in range(23)), "microphone", "console"]
SYLLABLES = ("ra", "mo", "ki", "ta", "lu")


def name_of(number: int) -> str:
    """A name that sounds like no other of the 25."""
    return f"{SYLLABLES[number % 5]}{SYLLABLES[number // 5 % 5]}nov".capitalize()


def test_25_conversations_at_once_do_not_see_each_other(store: Store, parser: CommandParser) -> None:
    """Each makes a customer and books on it by pronoun and focus only, all at once: every sum is its own."""
    desk = Desk(store, parser)
    rounds = 4

    def talk(number: int) -> None:
        client = CLIENTS[number]
        desk.ask(f"create a customer {name_of(number)}", client)
        for _ in range(rounds):
            desk.ask(f"add {number + 1} credit", client)
        replies[number] = desk.ask("what's the balance", client)

    replies: dict[int, str] = {}
    with desk.jobs:
        threads = [threading.Thread(target=talk, args=(number,)) for number in range(len(CLIENTS))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    entries = store.find(LedgerEntry)
    sums = {
        name_of(number): sum(entry.minor for entry in entries if entry.customer == name_of(number))
        for number in range(len(CLIENTS))
    }
    assert len(entries) == rounds * len(CLIENTS) and len(store.find(Customer)) == len(CLIENTS), "nothing is lost"
    credit = sums[name_of(0)] // rounds
    assert sums == {name_of(number): rounds * (number + 1) * credit for number in range(len(CLIENTS))}
    assert all(name_of(number) in reply for number, reply in replies.items())
    assert not desk.bugs and desk.jobs.stats().completed == len(CLIENTS) * (rounds + 2)


def test_what_was_said_is_left_out_where_it_is_not_to_be_kept() -> None:
    kept: list[Row] = []
    ended = Job(
        id="1", client="c", text="tell Anna the secret", submitted=0.0, words="Sent: the secret.", label="message.send"
    )
    without_words(kept.extend)([(NOW, row_of(ended))])
    assert "secret" not in str(kept)
    assert kept[0][1]["label"] == "message.send"
