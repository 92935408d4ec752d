"""What comes in: each message is accepted or refused with a code, and nobody hears what is not theirs. Without a
broker, with real jobs.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from device.commands.responder import Responder
from device.jobs.job import Pace
from device.jobs.jobs import Jobs
from device.jobs.keys import key_of
from device.messages.events import CommandMessage
from device.mqtt.commands import OWN, Commands
from device.mqtt.payload import VERBS
from device.mqtt.tokens import tokens_of
from device.turn import events as on
from services.actions.base import Outcome, Reply, Response
from services.actions.policy.denied import Denied
from services.sync.base import Connected, MessageTooLarge, MqttMessage
from services.sync.topics import Topics, fits
from services.understanding.base import Command, Step

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
TOKEN = "0123456789abcdef0123"
TOPICS = Topics("desk")


class Knows:
    def parse(self, text: str, *, now: datetime, focus: str = "", before: Command | None = None) -> Command:
        return Command(text, (Step("task.create", {"title": text}),) if text != "gibberish" else (), 1.0, "template")


class Does:
    """Does everything; "wait" waits until it is let go on."""

    def __init__(self) -> None:
        self.done: list[tuple[str, str]] = []
        self.go_on = threading.Event()

    def run(self, command: Command, *, now: datetime, client: str, **_: object) -> Response:
        if not command.steps:
            return Response(command, (), Reply("I didn't understand that."))
        if command.text == "wait":
            assert self.go_on.wait(20)
        self.done.append((client, command.text))
        ok = command.text != "fail"
        words = f"Did {command.text} for {client}."
        return Response(
            command, (Outcome(command.steps[0].action, ok, words, None if ok else "task.unknown"),), Reply(words)
        )


class Rig:
    """The part with a broker that is a list, and real jobs behind it."""

    def __init__(self, pace: Pace | None = None) -> None:
        self.does = Does()
        self.sent: list[MqttMessage] = []
        self.away = False
        self.most = 10_000
        self.events: list[on.Event] = []
        self.seconds = 0.0
        self.forbidden: set[tuple[str, str]] = set()
        self.audited: list[tuple[str, str]] = []
        self.news = threading.Event()
        self.jobs = Jobs(
            Responder(Knows(), self.does, lambda: NOW), now=lambda: NOW, pace=pace, was_done=lambda key: key in self.old
        )
        self.old: set[str] = set()
        self.part = Commands(
            TOPICS,
            publish=self._publish,
            wake=self.news.set,
            jobs=self.jobs,
            put=self.events.append,
            demand=self._demand,
            now=lambda: NOW,
            refused=lambda client, code, _: self.audited.append((client, code)),
            tokens=tokens_of(SecretStr(f"node-red: {TOKEN}")),
            closed=("homeassistant",),
            clock=lambda: self.seconds,
        )

    def _publish(self, message: MqttMessage) -> int | None:
        if self.away:
            return None
        if (size := len(message.payload) + len(message.correlation)) > self.most:
            raise MessageTooLarge(topic=message.topic, size=size, host="broker", limit=self.most)
        self.sent.append(message)
        return len(self.sent) if message.qos else None

    def _demand(self, client: str, action: str, _: datetime) -> None:
        if (client, action) in self.forbidden:
            raise Denied("policy.role", f"Guests can't {action}")

    def give(self, what: str, payload: bytes | str | dict[str, Any] = b"", **more: Any) -> None:
        data = (
            json.dumps(payload).encode()
            if isinstance(payload, dict)
            else payload.encode()
            if isinstance(payload, str)
            else payload
        )
        self.part.arrived(MqttMessage(TOPICS.own(what), data, qos=1, **more))

    def replies(self, count: int = 1, pattern: str = "equerry/desk/reply") -> list[dict[str, Any]]:
        """So many of those that went out to a topic, waited for."""
        while True:
            self.news.clear()
            while self.part.work() == 0:
                pass
            found = [json.loads(each.payload) for each in self.sent if fits(pattern, each.topic)]
            if len(found) >= count:
                return found
            assert self.news.wait(10), f"{len(found)} of {count} replies"

    def reply(self, what: str, payload: bytes | str | dict[str, Any] = b"", **more: Any) -> dict[str, Any]:
        """The one to this message."""
        self.sent.clear()
        self.give(what, payload, **more)
        _, slash, user = what.partition("/")
        return self.replies(1, more.get("response_topic") or f"equerry/desk/reply{slash}{user}")[0]

    @property
    def errors(self) -> list[dict[str, Any]]:
        return [json.loads(each.payload) for each in self.sent if each.topic == "equerry/desk/error"]


@pytest.fixture
def rig() -> Iterator[Rig]:
    rig = Rig()
    with rig.jobs:
        yield rig
        rig.does.go_on.set()


def test_a_text_is_done_and_replied_to(rig: Rig) -> None:
    reply = rig.reply("command", "add milk")
    job = reply.pop("job")
    assert rig.jobs.get(job)
    assert reply == {
        "id": None,
        "client": "",
        "ok": True,
        "text": "Did add milk for mqtt:anyone.",
        "steps": [{"action": "task.create", "ok": True, "code": None}],
    }


def test_whom_the_topic_or_the_token_proves(rig: Rig) -> None:
    assert rig.reply("command/anna", "a")["text"] == "Did a for mqtt:anna."
    assert rig.reply("command/anna", {"text": "a", "conversation": "left"})["text"] == "Did a for mqtt:anna#left."
    assert rig.reply("command/Anna Smith@home", "a")["text"] == "Did a for mqtt:Anna Smith@home."
    assert rig.reply("command", {"text": "a", "token": TOKEN})["text"] == "Did a for mqtt:node-red."
    assert (
        rig.reply("command/anna", {"text": "a", "token": TOKEN, "client": "mqtt:owner"})["text"]
        == "Did a for mqtt:node-red."
    )
    assert not rig.audited
    for wrong in ("", TOKEN[:-1], TOKEN + "0", "x" * 30_000):
        reply = rig.reply("command/anna", {"text": "a", "token": wrong})
        assert (reply["ok"], reply["code"]) == (False, "mqtt.token")
    assert rig.audited == [("mqtt:anna", "mqtt.token")] * 4
    assert len(rig.does.done) == 5
    assert not any(TOKEN[:-1] in each.payload.decode() for each in rig.sent)


@pytest.mark.parametrize("user", ["", " ", "a/b", "x" * 65, "a#b", "+", " anna", "a\u202eb", "a\x00b", "\ud800"])
def test_odd_users_are_refused(rig: Rig, user: str) -> None:
    rig.give(f"command/{user}", "add milk")
    reply = rig.replies()[0]
    assert (reply["ok"], reply["code"]) == (False, "mqtt.user") and not rig.does.done


def test_our_own_events_are_no_commands(rig: Rig) -> None:
    told = get_args(get_type_hints(CommandMessage)["event"])
    assert set(told) <= OWN
    for user in told:
        rig.give(f"command/{user}", '{"text": "add milk"}')
    rig.part.arrived(MqttMessage("equerry/other/command", b"add milk"))
    rig.part.arrived(MqttMessage("equerry/desk/state", b"idle"))
    rig.part.work()
    assert not rig.sent and not rig.jobs.view()


def test_steps(rig: Rig) -> None:
    steps = [{"action": "list.add", "slots": {"items": [{"item": "milk"}]}}]
    reply = rig.reply("command", {"steps": steps, "id": "1"})
    assert reply["ok"] and reply["steps"] == [{"action": "list.add", "ok": True, "code": None}] and reply["id"] == "1"


def test_what_fails_has_a_code(rig: Rig) -> None:
    reply = rig.reply("command", "fail")
    assert (reply["ok"], reply["code"], reply["steps"][0]["code"]) == (False, "task.unknown", "task.unknown")
    reply = rig.reply("command", "gibberish")
    assert (reply["ok"], reply["code"], reply["steps"]) == (False, "not_understood", [])


def test_a_response_topic_with_correlation(rig: Rig) -> None:
    rig.reply(
        "command", {"text": "a", "id": "x", "client": "panel"}, response_topic="panel/answers", correlation=b"\x00\xff"
    )
    message = next(each for each in rig.sent if each.topic == "panel/answers")
    fields = json.loads(message.payload)
    assert (message.correlation, message.qos, message.retain) == (
        b"\x00\xff",
        1,
        False,
    ) and message.response_topic == ""
    assert (fields["id"], fields["client"]) == ("x", "panel")


@pytest.mark.parametrize(
    "topic",
    [
        "#",
        "a/+/b",
        "$SYS/broker",
        "$share/x/y",
        "equerry/desk/command",
        "equerry/other/command/anna",
        "equerry/other/say",
        "office/other/command",
        "office/other/ask/anna",
        "equerry/home/store/task/1",
        "equerry/home/claim/wake",
        "equerry/desk/availability",
        "equerry/desk",
        "equerry/desk/replying",
        "equerry/other/reply",
        "equerry",
        "homeassistant/sensor/x/config",
        "homeassistant",
        "x" * 257,
        "a\x00b",
        "a\nb",
        "\ud800",
    ],
)
def test_where_no_reply_goes(rig: Rig, topic: str) -> None:
    rig.give("command", {"text": "a", "id": "x"}, response_topic=topic)
    reply = rig.replies()[0]
    assert (reply["ok"], reply["code"]) == (False, "mqtt.response_topic") and not rig.jobs.view()
    assert {each.topic for each in rig.sent} == {"equerry/desk/reply", "equerry/desk/error"}


@pytest.mark.parametrize(
    "topic",
    ["equerry/desk/reply", "equerry/desk/reply/anna", "equerry/desk/reply/x/y", "homeassistants/x", "command/me/x"],
)
def test_where_replies_go(rig: Rig, topic: str) -> None:
    assert rig.reply("command", "a", response_topic=topic)["ok"]


def test_replies_to_one_user_are_not_for_another(rig: Rig) -> None:
    for topic in ("", "equerry/desk/reply", "equerry/desk/reply/anna", "equerry/desk/reply/anna/command", "elsewhere"):
        assert rig.reply("command/anna", "a", response_topic=topic)["ok"]
    for topic in ("equerry/desk/reply/ben", "equerry/desk/reply/anna2", "equerry/desk/reply/ben/anna"):
        rig.sent.clear()
        rig.give("command/anna", "a", response_topic=topic)
        assert rig.replies(1, "equerry/desk/reply/anna")[0]["code"] == "mqtt.response_topic" and len(rig.sent) == 2


def test_the_same_id_is_done_once(rig: Rig) -> None:
    first = rig.reply("command/anna", {"text": "a", "id": "7"})
    assert rig.reply("command/anna", {"text": "a", "id": "7"}) == first
    assert rig.does.done == [("mqtt:anna", "a")]
    assert rig.reply("command/ben", {"text": "a", "id": "7"})["job"] != first["job"]
    taken = rig.reply("command/anna", {"text": "b", "id": "7"})
    assert (taken["ok"], taken["code"]) == (False, "jobs.key_taken")
    assert rig.does.done == [("mqtt:anna", "a"), ("mqtt:ben", "a")]


def test_brought_again_while_it_waits(rig: Rig) -> None:
    for _ in range(3):
        rig.give("command", {"text": "wait", "id": "7", "speak": True})
    rig.does.go_on.set()
    replies = rig.replies(3)
    assert replies[0] == replies[1] == replies[2] and rig.does.done == [("mqtt:anyone", "wait")]
    assert rig.events == [on.Announced("Did wait for mqtt:anyone.", waits=False)]


def test_done_before_the_appliance_was_started(rig: Rig) -> None:
    rig.old.add(key_of("mqtt:anna", "7"))
    reply = rig.reply("command/anna", {"text": "a", "id": "7"})
    assert (reply["ok"], reply["code"], reply["job"]) == (True, "jobs.done_before", None) and not rig.does.done


def test_a_reply_can_be_spoken(rig: Rig) -> None:
    rig.reply("command", {"text": "a", "speak": True, "priority": "high"})
    assert rig.events == [on.Announced("Did a for mqtt:anyone.", urgent=True, waits=False)]
    rig.forbidden.add(("mqtt:anyone", "appliance.say"))
    assert rig.reply("command", {"text": "b", "speak": True})["code"] == "policy.role"
    assert rig.does.done == [("mqtt:anyone", "a")]


@pytest.mark.parametrize(
    ("what", "payload", "event", "action"),
    [
        ("say", "Dinner!", on.Announced("Dinner!"), "say"),
        (
            "say",
            {"text": "Fire!", "priority": "high", "volume": 100},
            on.Announced("Fire!", urgent=True, volume=1.0),
            "say",
        ),
        ("listen", "", on.ListenAsked(), "listen"),
        ("stop", "PRESS", on.StopAsked(), "stop"),
        ("mute", "ON", on.MuteAsked(True), "mute"),
        ("mute", {"muted": False}, on.MuteAsked(False), "unmute"),
    ],
)
def test_what_moves_the_device(rig: Rig, what: str, payload: Any, event: on.Event, action: str) -> None:
    rig.give(what, payload)
    rig.give(f"{what}/anna", payload, response_topic="a/b")
    assert rig.replies(1, "a/b") == [{"id": None, "client": "", "ok": True, "text": ""}]
    assert rig.events == [event, event] and len(rig.sent) == 1
    rig.forbidden.add(("mqtt:ben", f"appliance.{action}"))
    rig.sent.clear()
    reply = rig.reply(f"{what}/ben", payload)
    assert (reply["ok"], reply["code"]) == (False, "policy.role") and len(rig.events) == 2
    assert rig.errors[0]["code"] == "policy.role" and rig.errors[0]["topic"] == f"equerry/desk/{what}/ben"


def test_brought_again_it_is_said_once(rig: Rig) -> None:
    first = rig.reply("say", {"text": "Dinner!", "id": "1"})
    assert rig.reply("say", {"text": "Dinner!", "id": "1"}) == first and rig.events == [on.Announced("Dinner!")]
    rig.reply("say/anna", {"text": "Dinner!", "id": "1"})
    assert len(rig.events) == 2


# --- questions ---


def asked(rig: Rig) -> on.QuestionAsked:
    event = rig.events[-1]
    assert isinstance(event, on.QuestionAsked)
    return event


def test_a_question_is_answered(rig: Rig) -> None:
    rig.give("ask", {"question": "Shall I close the blinds?", "id": "q"}, response_topic="a/b", correlation=b"c")
    question = asked(rig)
    assert question.text == "Shall I close the blinds?"
    thread = threading.Thread(target=rig.part.answered, args=(question.id, "yes, please", 0.91234))
    thread.start()
    expected = {"id": "q", "client": "", "ok": True, "text": "yes, please", "confidence": 0.912}
    assert rig.replies(1, "a/b") == [expected]
    thread.join()
    assert rig.sent[0].correlation == b"c"
    rig.part.answered(question.id, "no")  # nobody waits for it any more
    rig.give("ask", {"question": "Shall I close the blinds?", "id": "q"}, response_topic="a/c")
    assert rig.replies(1, "a/c") == [expected] and len(rig.events) == 1
    assert len(rig.replies(1, "a/b")) == 1


def test_a_question_that_nobody_answers(rig: Rig) -> None:
    rig.give("ask", "Now?")
    rig.part.answered(asked(rig).id, None)
    assert rig.replies()[0]["code"] == "ask.unanswered"
    rig.give("ask", "Now?")
    assert rig.part.work() == 600
    rig.seconds = 600
    assert [each["code"] for each in rig.replies(2)] == ["ask.unanswered"] * 2 and rig.part.work() is None


def test_brought_again_a_question_is_asked_once(rig: Rig) -> None:
    for topic in ("a/1", "a/2"):
        rig.give("ask", {"question": "Now?", "id": "q"}, response_topic=topic)
    assert len(rig.events) == 1
    rig.part.answered(asked(rig).id, "no")
    assert rig.replies(1, "a/2") and not [each for each in rig.sent if each.topic == "a/1"]


def test_only_so_many_questions_wait(rig: Rig) -> None:
    for _ in range(9):
        rig.give("ask", "Now?")
    assert len(rig.events) == 8 and rig.replies()[0]["code"] == "ask.too_many"
    rig.part.answered("unknown", "yes")
    rig.part.work()
    rig.part.answered(asked(rig).id, "yes")
    assert rig.replies(2)[1]["text"] == "yes"


# --- too much, and too wrong ---


def test_what_is_retained_is_ignored(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(3):
        rig.give("command", "delete all tasks", retain=True)
        rig.give("mute/anna", "off", retain=True)
    rig.part.work()
    assert not rig.sent and not rig.events and not rig.jobs.view() and len(caplog.records) == 1


def test_a_flood_is_refused_unread(rig: Rig) -> None:
    for number in range(3_000):
        rig.give("command", f"task {number}")
    codes = [reply["code"] for reply in rig.replies(60) if not reply["ok"]]
    assert codes == ["jobs.too_many"] * 60 and len(rig.jobs.view()) == 40
    rig.give("stop")  # has a place of its own
    rig.give("command/anna", "a")
    assert on.StopAsked() in rig.events and len(rig.jobs.view()) == 41
    told = len(rig.errors)
    assert told <= 11
    rig.seconds = 1.0
    rig.part.work()
    assert len(rig.errors) == told + 1
    assert sum(1 + each.get("more", 0) for each in rig.errors) == 3_000 - 40
    assert rig.errors[-1]["code"] == "mqtt.flood" and rig.part.work() is None


def test_many_made_up_users_are_bounded_together(rig: Rig) -> None:
    for number in range(3_000):
        rig.give(f"command/user{number}", "{")
    assert len(rig.replies(200, "equerry/desk/reply/+")) == 200


def test_replies_wait_for_the_broker_but_not_forever(rig: Rig) -> None:
    rig.away = True
    rig.give("listen", b"x")
    for number in range(1_500):
        rig.seconds = number * 60.0
        rig.give("listen", {"id": f"{number}"})
        if number % 50 == 0:
            rig.part.work()
    while rig.part.work() == 0:
        pass
    rig.away = False
    assert rig.part.work() is None and not rig.sent
    rig.part.connected(Connected(session_present=True, version="5"))
    assert [reply["id"] for reply in rig.replies(1_000)] == [f"{number}" for number in range(500, 1_500)]


def test_what_the_broker_has_not_acknowledged_goes_again(rig: Rig) -> None:
    for number in range(3):
        rig.give("stop", {"id": f"{number}"})
    rig.replies(3)
    rig.part.acknowledged(2)  # tokens count what was sent
    rig.part.disconnected()
    rig.away = True
    rig.give("stop", {"id": "3"})
    rig.part.work()
    rig.away = False
    rig.part.connected(Connected(session_present=True, version="5"))
    assert [reply["id"] for reply in rig.replies(6)] == ["0", "1", "2", "0", "2", "3"]


def test_a_slow_broker_is_asked_again_after_an_acknowledgement(rig: Rig) -> None:
    rig.away = True
    rig.give("stop", {"id": "1"})
    assert rig.part.work() is None
    rig.away = False
    assert rig.part.work() is None and not rig.sent
    rig.part.acknowledged(999)  # of another part
    assert rig.replies()[0]["id"] == "1"


def test_a_reply_that_is_too_large_is_lost_alone(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    rig.most = 300
    rig.give("stop", {"id": "1"}, response_topic="a/b", correlation=b"x" * 1_000)
    rig.give("stop", {"id": "2"}, response_topic="a/b")
    assert [reply["id"] for reply in rig.replies(1, "a/b")] == ["2"] and "A reply is lost" in caplog.text


def test_errors_tell_little(rig: Rig) -> None:
    rig.give("command/" + "x" * 1000, "secret words of somebody")
    rig.give("command", b"{" + b"secret" * 100)
    rig.give("command", {"text": "secret", "token": "secret" * 4})
    rig.part.work()
    assert [each["code"] for each in rig.errors] == ["mqtt.user", "mqtt.unreadable", "mqtt.token"]
    assert all(set(each) == {"topic", "code", "text", "at"} and len(each["topic"]) <= 100 for each in rig.errors)
    assert not any(b"secret" in each.payload for each in rig.sent)
    assert rig.errors[0]["at"] == "2026-11-23T09:30:00.000+00:00"


ANY_TOPIC = st.sampled_from(["", "equerry/desk/reply", "a/b", "#", "$SYS/x", "equerry/desk/command"]) | st.text(
    max_size=30
)
LEVELS = st.sampled_from(sorted(VERBS)) | st.tuples(st.sampled_from(sorted(VERBS)), st.text(max_size=20)).map("/".join)
OBJECT = st.dictionaries(
    st.sampled_from(["text", "steps", "id", "token", "speak", "volume", "muted", "question", "conversation", "client"]),
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=10)
    | st.sampled_from([TOKEN, "high", "x"]),
    max_size=5,
).map(lambda tree: json.dumps(tree).encode())


@pytest.fixture(scope="module")
def idle() -> Iterator[Callable[[], Rig]]:
    """Rigs whose jobs are never started, so that nothing but the part itself replies."""
    yield lambda: Rig(Pace(per_minute=6_000, burst=1_000))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LEVELS, st.binary(max_size=200) | st.text(max_size=50).map(str.encode) | OBJECT, ANY_TOPIC)
def test_any_message_is_accepted_or_refused(idle: Callable[[], Rig], level: str, payload: bytes, response: str) -> None:
    rig = idle()
    rig.part.arrived(MqttMessage(TOPICS.own(level), payload, response_topic=response, correlation=payload[:8]))
    rig.part.work()
    codes = [json.loads(each.payload).get("code") for each in rig.sent if each.topic != "equerry/desk/error"]
    refused = [code for code in codes if code]
    accepted = len(rig.events) + len(rig.jobs.view())
    assert accepted + len(refused) == 1 and len(rig.errors) == len(refused)
