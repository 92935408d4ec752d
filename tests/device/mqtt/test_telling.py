"""What is told over MQTT: in order, bounded, while it is news, and without anybody's words where none are wanted."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from device.jobs.job import Job, JobEvent, QueueStats
from device.messages.base import payload_of
from device.messages.calls import CALL_MESSAGES
from device.messages.events import MESSAGES, NearMissMessage, RingMessage
from device.messages.states import HealthMessage
from device.mqtt.backlog import FRESH_S, BacklogItem, Untold
from device.mqtt.changes import A_SECOND
from device.mqtt.health import Checkup
from device.mqtt.publisher import Publisher
from device.turn import events as on
from device.turn.machine import Session
from firmware.readings import Readings
from services.actions.base import Due, Outcome, Reply, Response
from services.actions.execution.progress import Progress
from services.insight.base import TurnEntry
from services.speech.base import Endpoint, Final, Partial
from services.store.base import Change
from services.sync.base import Connected, MessageTooLarge, MqttMessage
from services.sync.topics import Topics
from services.understanding.base import Command, Step
from services.wake.base import Detection

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
STATS = QueueStats(1, 2, 4, 10, 1, 1, 0, 0.001, 0.2, 0.02, 1.5)
SECRET = "xylophone"
CREATE = Command(f"create a task {SECRET}", (Step("task.create", {"title": SECRET}),), 0.9, "template")
KINDS = {kind.topic: TypeAdapter(kind) for kind in MESSAGES}


@dataclass
class Desk:
    """A Publisher with a link, a clock and a queue that a test turns by hand."""

    transcripts: bool = False
    moment: float = 1000.0
    near: int = 0
    stats: QueueStats = STATS
    takes: int = 10**9
    """Messages of QoS 1 that the link takes from now on."""
    largest: int = 10**6
    acks: bool = False
    """Everything is acknowledged at once."""
    wakes: int = 0
    messages: list[MqttMessage] = field(default_factory=list)

    def __post_init__(self) -> None:
        checkup = Checkup(Readings(), Path("/"), now=lambda: NOW, clock=lambda: self.moment)
        self.telling = Publisher(
            Topics("desk"),
            self.publish,
            self.wake,
            now=lambda: NOW,
            stats=lambda: self.stats,
            health=checkup,
            health_s=60.0,
            near_misses=lambda: self.near,
            transcripts=self.transcripts,
            clock=lambda: self.moment,
        )

    def wake(self) -> None:
        self.wakes += 1

    def publish(self, message: MqttMessage) -> int | None:
        if len(message.payload) > self.largest:
            raise MessageTooLarge(topic=message.topic, size=len(message.payload), limit=self.largest, host="broker")
        if message.qos and self.takes <= 0:
            return None
        self.takes -= message.qos
        self.messages.append(message)
        return len(self.messages) if message.qos else None

    def connect(self) -> None:
        self.telling.connected(Connected(session_present=False, version="5"))
        self.work()

    def work(self) -> float | None:
        """Until there is nothing more to do at this moment."""
        acknowledged = len(self.messages)
        while (wait := self.telling.work()) == 0.0 or (self.acks and acknowledged < len(self.messages)):
            for token in range(acknowledged + 1, len(self.messages) + 1) if self.acks else ():
                self.telling.acknowledged(token)
            acknowledged = len(self.messages)
        return wait

    def topics(self, start: str = "") -> list[str]:
        names = [message.topic.removeprefix("equerry/desk/") for message in self.messages]
        return [name for name in names if name.startswith(start)]

    def fields(self, start: str) -> list[dict[str, Any]]:
        return [
            json.loads(message.payload)
            for message in self.messages
            if message.topic.startswith(f"equerry/desk/{start}")
        ]


@pytest.fixture
def desk() -> Desk:
    there = Desk()
    there.connect()
    there.messages.clear()
    return there


def job(number: int = 1, what: Any = "queued", **told: Any) -> JobEvent:
    return JobEvent(what, Job(f"job-{number}", "mqtt:phone#kitchen", f"create a task {SECRET}", 0.0), **told)


def progress(what: Any, **told: Any) -> Progress:
    return Progress("job-1", "mqtt:phone#kitchen", what, NOW, words=SECRET, **told)


def everything(telling: Publisher) -> None:
    """Each source, with words everywhere."""
    due = Due("timer", "t-1", NOW, SECRET)
    session = Session(phase="listening", turn=3)
    for event in (
        on.WakeHeard(3, Detection("hey_jarvis", 0.93, 1.0)),
        on.PartialHeard(3, Partial(SECRET, 1.0)),
        on.SpeechEnded(3, Endpoint(1.0, "silence")),
        on.Slow(3, "mqtt:phone#kitchen", ("task.create",), 3.1, 2.0),
        on.FilesArrived((f"{SECRET}.pdf",)),
        on.TextGiven(SECRET),
        on.Announced(SECRET),
        on.QuestionAsked("q", SECRET),
        on.Answered("q", SECRET),
        on.JobChanged("queued", "console", 0),
        on.Replied(3, Response(CREATE, (Outcome("task.create", True, SECRET),), Reply(SECRET))),
    ):
        telling.watch(event, session)
    telling.work()
    telling.watch(on.FinalHeard(3, Final(SECRET, 0.9, 0.0)), replace(session, last_reply=SECRET))
    telling.watch(on.DueCame(due), replace(session, phase="ringing", ringing=due, waiting=(due,)))
    telling.watch(on.Pressed(), session)
    answered = Response(CREATE, (Outcome("task.create", True, SECRET, about=(("task", "1", SECRET),)),), Reply(SECRET))
    telling.job(job(what="queued"))
    telling.job(job(what="began", command=CREATE, running=1))
    telling.job(job(what="completed", response=answered))
    for what in ("started", "step_started", "step_completed", "step_failed", "completed", "rolled_back"):
        telling.progress(
            progress(what, step=0 if what != "started" else None, action="task.create", code="list.unknown")
        )
    telling.changed([Change("task", "t-1", False)])
    telling.entry(
        TurnEntry(NOW, "microphone", "done", "template", SECRET, 0.9, 0.9, ("task.create",), None, {"final": 0.4}, 1.2)
    )


# --- words
# ----------------------------------------------------------------------------------------------------------------------


def test_no_words_of_anybody_leave_unless_they_are_wanted(desk: Desk) -> None:
    everything(desk.telling)
    desk.near = 2
    desk.work()
    assert len(desk.messages) > 15
    for message in desk.messages:
        assert SECRET not in message.payload.decode(), message.topic
        assert "kitchen" not in message.payload.decode(), "the name of a conversation is a word, too"
    assert {"partial", "final"}.isdisjoint(desk.topics())


def test_with_transcripts_the_words_are_there() -> None:
    desk = Desk(transcripts=True)
    desk.connect()
    everything(desk.telling)
    desk.work()
    spoken = [
        message.topic.removeprefix("equerry/desk/") for message in desk.messages if SECRET in message.payload.decode()
    ]
    expected = ["partial", "final", "files", "ring", "command/started", "step/completed", "job/queued", "job/completed"]
    assert set(expected) <= set(spoken), spoken
    assert "latency" not in spoken
    assert (
        desk.fields("job/completed")[0] | {"text": f"create a task {SECRET}", "reply": SECRET}
        == desk.fields("job/completed")[0]
    )


def test_everything_is_as_its_dataclass_says_and_in_its_topic() -> None:
    desk = Desk(transcripts=True)
    desk.connect()
    everything(desk.telling)
    desk.near = 2
    desk.work()
    desk.telling.changed([Change("task", f"{number}", False) for number in range(A_SECOND + 9)])
    desk.work()
    desk.moment += 1
    desk.work()
    seen = set()
    for message in desk.messages:
        topic = message.topic.removeprefix("equerry/desk/")
        kind = next(kind for kind in MESSAGES if _fits(kind.topic, topic))
        seen.add(kind)
        told = KINDS[kind.topic].validate_json(message.payload, strict=True)
        assert payload_of(told) == message.payload
        assert (message.qos, message.retain) == (kind.qos, kind.retained)
        assert message.expires_s == (None if kind.retained else FRESH_S)
    assert seen == set(MESSAGES) - set(CALL_MESSAGES)  # test_calls_told.py has these


def _fits(pattern: str, topic: str) -> bool:
    wanted, given_ = pattern.split("/"), topic.split("/")
    return len(wanted) == len(given_) and all(a == b or a.startswith("{") for a, b in zip(wanted, given_, strict=True))


def test_halves_of_characters_in_what_came_from_afar(desk: Desk) -> None:
    there = Desk(transcripts=True)
    there.connect()
    there.telling.job(JobEvent("queued", replace(job().job, text="\ud83d call")))
    there.telling.watch(on.FilesArrived(("caf\udce9.pdf",)), Session())
    there.work()
    assert [there.fields("job")[0]["text"], there.fields("files")[0]["names"]] == ["? call", ["caf?.pdf"]]


# --- as it is now
# ---------------------------------------------------------------------------------------------------------------------


def test_the_state_is_told_when_it_changes_and_only_then(desk: Desk) -> None:
    for session in (
        Session("idle"),
        Session("idle", serial=9),
        Session("listening", turn=1),
        Session("listening", turn=1),
    ):
        desk.telling.watch(on.Ready(), session)
        desk.work()
    assert [told["phase"] for told in desk.fields("state")] == ["idle", "listening"]
    assert all(message.retain and message.qos == 1 for message in desk.messages)


def test_on_connecting_the_latest_is_told_and_nothing_of_what_was(desk: Desk) -> None:
    desk.telling.disconnected()
    for phase in ("idle", "listening", "thinking"):
        desk.telling.watch(on.Ready(), Session(phase))
        desk.work()
    assert desk.messages == []
    desk.connect()
    assert [told["phase"] for told in desk.fields("state")] == ["thinking"]
    assert sorted(desk.topics()) == ["health", "queue/status", "state"]
    desk.telling.disconnected()
    desk.connect()
    assert len(desk.fields("state")) == 2, "nobody knows what the broker has kept"


def test_what_kept_a_command_from_being_written_is_part_of_the_state(desk: Desk) -> None:
    desk.telling.watch(on.Ready(), Session("idle"))
    desk.telling.progress(progress("rolled_back", code="store.invalid"))
    desk.telling.progress(progress("rolled_back", code="store.full"))
    desk.work()
    desk.telling.changed([Change("task", "1", False)])
    desk.work()
    assert [told["store_fault"] for told in desk.fields("state")] == ["store.full", None]


def test_the_queue_is_told_of_at_most_once_a_second_and_as_it_is_in_the_end(desk: Desk) -> None:
    desk.moment += 1.0
    for number in range(20):
        desk.telling.job(job(number))
        desk.stats = replace(STATS, queued=number)
        desk.work()
        desk.moment += 0.1
    assert 2 <= len(desk.fields("queue/status")) <= 3
    desk.moment += 1.0
    desk.work()
    assert desk.fields("queue/status")[-1]["queued"] == 19


def test_health_comes_again_and_again(desk: Desk) -> None:
    for _ in range(125):
        desk.work()
        desk.moment += 1.0
    assert len(desk.fields("health")) == 2
    health = TypeAdapter(HealthMessage).validate_json(json.dumps(desk.fields("health")[-1]))
    assert health.process_memory_bytes and health.process_memory_bytes > 1 << 20
    assert health.uptime_s == 120.0


# --- what happened
# --------------------------------------------------------------------------------------------------------------------


def test_what_is_left_is_told_in_its_order_and_the_thread_is_woken_once(desk: Desk) -> None:
    before = desk.wakes
    desk.telling.job(job(what="queued"))
    desk.telling.job(job(what="began", command=CREATE))
    desk.telling.progress(progress("started"))
    desk.telling.progress(progress("step_started", step=0, action="task.create"))
    desk.telling.progress(progress("step_completed", step=0, action="task.create"))
    desk.telling.progress(progress("completed"))
    desk.telling.job(job(what="completed"))
    assert desk.wakes == before + 1
    desk.work()
    order = [
        "job/queued",
        "job/started",
        "command/started",
        "step/started",
        "step/completed",
        "command/completed",
        "job/completed",
    ]
    assert [topic for topic in desk.topics() if topic != "queue/status"] == order
    assert desk.fields("job/started")[0]["actions"] == ["task.create"]
    assert {told["client"] for told in desk.fields("job")} == {"mqtt:phone"}
    desk.telling.job(job(2))
    assert desk.wakes == before + 2


def test_old_news_are_dropped_and_counted(desk: Desk) -> None:
    desk.telling.disconnected()
    desk.telling.job(job(1))
    desk.telling.watch(on.WakeHeard(1, Detection("hey_jarvis", 0.9, 1.0)), Session())
    desk.moment += FRESH_S - 1
    desk.telling.job(job(2))
    desk.work()
    desk.moment += 2
    desk.connect()
    assert [told["job"] for told in desk.fields("job")] == ["job-2"]
    assert desk.topics("wake") == []
    assert desk.fields("health")[0]["dropped"] == 2


def test_a_broker_that_takes_no_more_gets_the_rest_later_and_in_order(desk: Desk) -> None:
    desk.takes = 3
    for number in range(8):
        desk.telling.job(job(number))
    assert desk.work() is None
    desk.takes = 100
    desk.work()
    assert [told["job"] for told in desk.fields("job")] == [f"job-{number}" for number in range(8)]


def test_what_was_not_acknowledged_is_sent_again_before_what_follows(desk: Desk) -> None:
    for number in range(4):
        desk.telling.job(job(number))
    desk.work()
    tokens = {desk.messages[index - 1].topic: index for index in range(1, len(desk.messages) + 1)}
    assert tokens
    first = next(index for index, message in enumerate(desk.messages, 1) if message.topic.endswith("job/queued"))
    desk.telling.acknowledged(first)
    desk.telling.disconnected()
    desk.telling.job(job(9))
    desk.messages.clear()
    desk.connect()
    assert [told["job"] for told in desk.fields("job")] == ["job-1", "job-2", "job-3", "job-9"]


def test_a_broker_that_acknowledges_nothing_gets_a_bounded_number(desk: Desk) -> None:
    for number in range(1_500):
        desk.telling.job(job(number))
    assert desk.work() is None
    assert len(desk.fields("job")) == 1_000
    for token in range(1, len(desk.messages) + 1):
        desk.telling.acknowledged(token)
    desk.work()
    assert [told["job"] for told in desk.fields("job")] == [f"job-{number}" for number in range(1_500)]


def test_what_the_broker_rejects_is_counted(desk: Desk) -> None:
    for number in range(3):
        desk.telling.job(job(number))
    desk.work()
    for token, message in enumerate(desk.messages, 1):
        if message.topic.endswith("job/queued"):
            desk.telling.rejected(token, "not authorized")
    desk.telling.disconnected()
    desk.messages.clear()
    desk.connect()
    assert desk.topics("job") == [], "it is not sent again"
    assert desk.fields("health")[0]["dropped"] == 3


def test_what_is_too_large_for_the_broker_is_dropped_alone(desk: Desk) -> None:
    there = Desk(transcripts=True, largest=2_000)
    there.connect()
    there.telling.job(JobEvent("queued", replace(job(1).job, text="a" * 3_000)))
    there.telling.job(job(2))
    there.work()
    assert [told["job"] for told in there.fields("job")] == ["job-2"]
    there.moment += 60
    there.work()
    assert there.fields("health")[-1]["dropped"] == 1


def test_a_flood_while_there_is_no_broker_stays_within_bounds(desk: Desk) -> None:
    desk.telling.disconnected()
    desk.acks = True
    for number in range(20_000):
        desk.telling.job(job(number))
        desk.telling.watch(on.Slow(None, "console", (), 1.0, 2.0), Session())
    desk.connect()
    jobs = [told["job"] for told in desk.fields("job")]
    assert len(jobs) == 5_000 and jobs[-1] == "job-19999"
    assert len(desk.topics("slow")) == 500


def test_partials_come_at_most_five_a_second_the_latest_and_none_after_the_final() -> None:
    desk = Desk(transcripts=True)
    desk.connect()
    session = Session("listening", turn=3)
    for number in range(21):
        desk.telling.watch(on.PartialHeard(3, Partial(f"word {number}", 1.0)), session)
        desk.work()
        desk.moment += 0.05
    assert 5 <= len(desk.fields("partial")) <= 6
    desk.telling.watch(on.PartialHeard(3, Partial("word 20 and", 1.0)), session)
    desk.telling.watch(on.FinalHeard(3, Final("word 20 and the rest", 0.9, 0.0)), session)
    desk.moment += 1
    desk.work()
    assert desk.fields("partial")[-1]["text"] != "word 20 and"
    assert [told["text"] for told in desk.fields("final")] == ["word 20 and the rest"]


def test_what_belongs_to_an_old_turn_or_holds_nothing_is_not_told() -> None:
    desk = Desk(transcripts=True)
    desk.connect()
    desk.telling.watch(on.PartialHeard(2, Partial("old", 1.0)), Session("listening", turn=3))
    desk.telling.watch(on.FinalHeard(2, Final("old", 0.9, 0.0)), Session("listening", turn=3))
    desk.telling.watch(on.FinalHeard(3, Final("", 0.0, 0.9, dropped="silence")), Session("idle", turn=3))
    desk.work()
    assert desk.topics("partial") == desk.topics("final") == []


def test_rings_begin_and_end_one_after_the_other(desk: Desk) -> None:
    eggs, tea = Due("timer", "1", NOW, SECRET), Due("reminder", "2", NOW, SECRET)
    for ringing in (None, eggs, eggs, tea, None):
        desk.telling.watch(on.Ready(), Session("ringing" if ringing else "idle", ringing=ringing))
    desk.work()
    rings = [TypeAdapter(RingMessage).validate_json(json.dumps(told)) for told in desk.fields("ring")]
    assert [(ring.event, ring.kind) for ring in rings] == [
        ("begins", "timer"),
        ("ends", "timer"),
        ("begins", "reminder"),
        ("ends", "reminder"),
    ]
    assert all(ring.text is None for ring in rings)


def test_near_misses_are_told_together(desk: Desk) -> None:
    for near in (1, 1, 4):
        desk.near = near
        desk.work()
    misses = [TypeAdapter(NearMissMessage).validate_json(json.dumps(told)) for told in desk.fields("near_miss")]
    assert [(miss.count, miss.total) for miss in misses] == [(1, 1), (3, 4)]


# --- changes
# ----------------------------------------------------------------------------------------------------------------------


def test_a_change_names_its_commit_and_the_command_that_made_it(desk: Desk) -> None:
    desk.moment += 1
    desk.work()
    desk.telling.progress(progress("started"))
    desk.telling.changed([Change("task", "t-1", False), Change("list", "l-1", True)])
    desk.telling.progress(progress("completed"))
    desk.telling.changed([Change("task", "t-2", False)])
    desk.work()
    assert desk.topics("changed") == ["changed/task/t-1", "changed/list/l-1", "changed/task/t-2"]
    told = desk.fields("changed")
    assert [(each["commit"], each["command"], each["deleted"]) for each in told] == [
        (1, "job-1", False),
        (1, "job-1", True),
        (2, None, False),
    ]


def test_a_flood_of_changes_is_counted_and_none_is_lost(desk: Desk) -> None:
    desk.moment += 1
    desk.work()
    changes = [Change("task", f"t-{number}", False) for number in range(5_000)]
    for start in range(0, 5_000, 100):
        desk.telling.changed(changes[start : start + 100])
    for _ in range(30):
        desk.work()
        desk.moment += 0.1
    single, counted = (
        desk.topics("changed/task/"),
        [each["count"] for each in desk.fields("changed/task") if "count" in each],
    )
    assert len(single) == A_SECOND
    assert sum(counted) + len(single) == 5_000
    desk.messages.clear()
    desk.telling.changed([Change("task", "t-9", False)])
    desk.work()
    assert desk.topics() == ["changed/task/t-9"], "and then they are told one by one again"


def test_changes_that_no_topic_can_name_are_counted(desk: Desk) -> None:
    desk.moment += 1
    desk.work()
    desk.telling.changed(
        [Change("meeting", doc_id, False) for doc_id in ("a/b", "+", "#", "", "ä", "a" * 129, "ok@example.org")]
    )
    assert desk.work() == pytest.approx(1.0)
    desk.moment += 1
    desk.work()
    assert desk.topics("changed/") == ["changed/meeting/ok@example.org", "changed/meeting"]
    assert desk.fields("changed/meeting")[1]["count"] == 6


def test_changes_without_a_connection_are_counted_however_long_it_lasts(desk: Desk) -> None:
    desk.telling.disconnected()
    for number in range(3):
        desk.telling.changed([Change("task", f"t-{number}", False), Change("note", "n-1", False)])
        desk.moment += 1000
        desk.work()
    desk.connect()
    assert {told["kind"]: told["count"] for told in desk.fields("changed")} == {"task": 3, "note": 1}
    assert desk.topics("changed/task/") == []


def test_changes_that_the_broker_did_not_take_for_too_long_are_counted(desk: Desk) -> None:
    desk.moment += 1
    desk.work()
    desk.takes = 1
    desk.telling.changed([Change("task", f"t-{number}", False) for number in range(10)])
    desk.work()
    desk.moment += FRESH_S + 1
    desk.takes = 1000
    desk.work()
    desk.moment += 1
    desk.work()
    assert len(desk.topics("changed/task/")) == 1
    assert sum(told["count"] for told in desk.fields("changed/task") if "count" in told) == 9


# --- threads
# ----------------------------------------------------------------------------------------------------------------------


def test_four_threads_at_once_and_each_in_its_order(desk: Desk) -> None:
    def leave(number: int) -> None:
        for index in range(500):
            desk.telling.job(JobEvent("queued", Job(f"{number}-{index}", "console", "", 0.0)))
            desk.telling.changed([Change(f"kind{number}", str(index), False)])

    desk.acks = True
    threads = [threading.Thread(target=leave, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        desk.work()
    desk.work()
    desk.moment += 1
    desk.work()
    jobs = [told["job"].split("-") for told in desk.fields("job")]
    for number in range(4):
        assert [int(index) for who, index in jobs if int(who) == number] == list(range(500))
        told = desk.fields(f"changed/kind{number}")
        assert sum(each.get("count", 1) for each in told) == 500


@given(st.lists(st.tuples(st.sampled_from(["put", "put 0", "take", "back", "wait"]), st.integers(1, 40))))
def test_whatever_happens_what_waits_comes_out_in_order_and_is_counted(steps: Sequence[tuple[str, int]]) -> None:
    untold, held, out = Untold(most=5, most_ordinary=3), list[BacklogItem](), list[BacklogItem]()
    moment, put = 0.0, 0
    for what, amount in steps:
        if what.startswith("put"):
            put += 1
            untold.put(
                (
                    RingMessage(at=NOW, event="begins", kind="timer", id="1", due=NOW)
                    if what == "put"
                    else NearMissMessage(at=NOW, count=1, total=put)
                ),
                moment,
            )
        elif what == "take" and (taken := untold.take(moment)):
            held.append(taken)
        elif what == "back":
            untold.back(held)
            held = []
        elif what == "wait":
            moment += amount
        assert [each.number for each in held] == sorted(each.number for each in held)
    while taken := untold.take(moment):
        out.append(taken)
    assert [each.number for each in out] == sorted(each.number for each in out)
    assert len(out) + len(held) + untold.dropped == put
    assert all(moment - each.since <= FRESH_S for each in out)
