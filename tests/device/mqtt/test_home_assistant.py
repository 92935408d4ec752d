"""The device in Home Assistant, over a real broker: it appears, is turned, loses what it has lost, and leaves nothing
behind.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from device.mqtt.home_assistant.presence import AGAIN_S, LOOKING_S, Appearing
from device.turn import events as on
from device.upkeep.updates import Updates
from services.insight.base import Result, TurnEntry
from services.store.documents import Alarm, Reminder, Task
from services.sync.base import MqttMessage
from services.sync.home_assistant.discovery import MIGRATE, DeviceInfo, wanted
from services.sync.home_assistant.entities import GESTURES, Features, entities
from services.sync.topics import Topics
from services.wake.base import Detection
from tests.broker import Broker, Client
from tests.home_assistant import HomeAssistant
from tests.mqtt_desk import FEATURES, Desk, now

PREFIX = "homeassistant"
ACL = """
user desk
topic readwrite equerry/desk/#
topic read homeassistant/status
topic readwrite homeassistant/device/+/config
topic readwrite homeassistant/+/+/+/config
user homeassistant
topic read equerry/#
topic readwrite homeassistant/#
pattern write equerry/+/set/+/%u
pattern write equerry/+/mute/%u
user ben
topic read equerry/#
pattern write equerry/+/set/+/%u
"""


_NUMBER = count()


class Home:
    """Home Assistant's client at the broker."""

    def __init__(self, broker: Broker, **login: Any) -> None:
        self.client: Client = broker.client(f"home-{next(_NUMBER)}", **login)
        self.assistant = HomeAssistant()
        self._taken = 0
        self.client.subscribe("homeassistant/#", "equerry/#")

    def settled(self) -> None:
        """All discovery messages so far are taken."""
        self.client.round_trip("homeassistant/round-trip")
        for message in self.client.heard[self._taken :]:
            if message.topic.endswith("/config"):
                self.assistant.take(message)
        self._taken = len(self.client.heard)

    def state(self, what: str, wanted: Callable[[Any], bool] = lambda _: True) -> Any:
        """What the device shows of something, as soon as that is so."""
        message = self.client.wait_for(
            f"equerry/desk/{what}", lambda each: bool(each.payload) and wanted(json.loads(each.payload))
        )
        return json.loads(message.payload)

    def appeared(self) -> None:
        """What the device has to say on connecting was said: this comes behind it."""
        self.state("ha/counts")
        self.settled()

    def publish(self, entity: str, value: str) -> None:
        """Set an entity, as one does there."""
        self.client.publish(*self.assistant.by_id(entity).command(value))


@pytest.fixture
def home(broker: Broker) -> Home:
    return Home(broker)


def stands(broker: Broker) -> set[str]:
    """Topics at which the broker keeps discovery messages."""
    client = broker.client("looks")
    client.subscribe("homeassistant/#")
    client.round_trip()
    return {message.topic for message in client.heard if message.retain}


def test_the_device_appears_and_shows_how_it_is(tmp_path: Path, broker: Broker, home: Home) -> None:
    with Desk(tmp_path, broker) as desk:
        home.appeared()
        assert len(home.assistant.shown) == len(entities(FEATURES, Topics("desk"))) and not home.assistant.problems
        later = Home(broker)
        later.appeared()
        assert set(later.assistant.shown) == set(home.assistant.shown), "also to whoever comes later"
        kept = {message.topic: message.payload for message in later.client.heard if message.retain}
        shown = {
            entity.config["default_entity_id"]: entity.state(kept[topic])
            for entity in later.assistant.shown.values()
            if entity.platform not in ("event", "update") and (topic := entity.config.get("state_topic")) in kept
        }
        assert (
            shown.items()
            >= {
                "sensor.desk_phase": "idle",
                "sensor.desk_open_tasks": "0",
                "sensor.desk_next_alarm": "None",
                "sensor.desk_near_misses": "0",
                "binary_sensor.desk_muted": "OFF",
                "switch.desk_wake_sound": "ON",
                "number.desk_volume": "100",
                "select.desk_wake_word": "hey_jarvis",
            }.items()
        )
        assert kept["equerry/desk/availability"] == b"online"
        assert json.loads(kept["equerry/desk/ha/version"]) == {"installed_version": "0.9.0", "latest_version": "0.9.0"}
        assert desk.store.device in home.assistant.by_id("sensor.desk_phase").config["unique_id"]
    assert home.client.wait_for("equerry/desk/availability", lambda each: each.payload == b"offline")


def test_home_assistant_that_began_again_is_told_again(tmp_path: Path, broker: Broker, home: Home) -> None:
    with Desk(tmp_path, broker):
        home.appeared()
        home.client.forget()
        again = HomeAssistant()
        home.client.publish("homeassistant/status", "offline", qos=1)
        home.client.publish("homeassistant/status", "online", qos=1)
        again.take(home.client.wait_for("homeassistant/device/+/config"))
        assert set(again.shown) == set(home.assistant.shown)


def test_a_restart_changes_no_ids_and_says_nothing_twice(tmp_path: Path, broker: Broker, home: Home) -> None:
    for name in ("Desk", "The desk"):
        with Desk(tmp_path, broker, name=name):
            home.appeared()
            ids = set(home.assistant.known)
            home.client.forget()
    with Desk(tmp_path, broker, name=name):
        home.appeared()
        assert set(home.assistant.known) == ids and not home.assistant.problems and not home.assistant.forgotten
        assert not home.client.all("homeassistant/device/+/config"), "the broker has it already"


@pytest.mark.parametrize("after", ["device", "component"])
@pytest.mark.parametrize("before", ["device", "component"])
def test_what_was_taken_off_disappears_and_another_form_leaves_no_doubles(
    tmp_path: Path, broker: Broker, home: Home, before: str, after: str
) -> None:
    with Desk(tmp_path, broker, form=before):
        home.appeared()
    less = replace(FEATURES, thermometer=False, button=False)
    with Desk(tmp_path, broker, form=after, features=less) as desk:
        home.appeared()
        node = f"equerry_{desk.store.device}"
        gone = {f"{node}_{key}" for key in ("talk_button", "temperature", *(f"when_{each}" for each in GESTURES))}
        assert sorted(home.assistant.forgotten) == sorted(gone)
        assert not home.assistant.problems and len(home.assistant.shown) == len(entities(less, Topics("desk")))
        assert stands(broker) == set(
            wanted(entities(less, Topics("desk")), DeviceInfo(desk.store.device, "x", ""), Topics("desk"), form=after)
        )  # type: ignore[arg-type]
    with Desk(tmp_path, broker, form="none"):
        home.appeared()
        assert not home.assistant.shown and not home.assistant.known and not stands(broker)


def test_what_is_plugged_in_later_appears(tmp_path: Path, broker: Broker, home: Home) -> None:
    bare = replace(FEATURES, microphone=False, speaker=False)
    with Desk(tmp_path, broker, features=bare) as desk:
        home.appeared()
        shown = {each.key for each in entities(bare, Topics("desk"))}
        assert (
            len(home.assistant.shown) == len(shown)
            and "microphone_fault" in shown
            and not {"listen", "mute", "announce"} & shown
        )
        home.client.forget()
        desk.features = FEATURES
        desk.home.plugged()
        home.assistant.take(home.client.wait_for("homeassistant/device/+/config"))
        assert len(home.assistant.shown) == len(entities(FEATURES, Topics("desk"))) and not home.assistant.problems


def test_a_broker_that_has_forgotten_everything_is_told_again(tmp_path: Path, broker: Broker) -> None:
    with Desk(tmp_path, broker) as desk:
        Home(broker).appeared()
        broker.kill()
        desk.until(lambda: not desk.bridge.status.connected)
        broker.start()
        again = Home(broker)
        again.appeared()
        assert len(again.assistant.shown) == len(entities(FEATURES, Topics("desk")))


def test_dials_are_turned_from_there_and_shown_back(tmp_path: Path, broker: Broker, home: Home) -> None:
    with Desk(tmp_path, broker) as desk:
        home.appeared()
        home.publish("number.desk_volume", "40")
        home.publish("switch.desk_wake_sound", "OFF")
        home.publish("switch.desk_do_not_disturb", "ON")
        home.publish("number.desk_wake_sensitivity", "0.8")
        home.publish("select.desk_wake_word", "alexa")
        volumes = {"volume": 40, "alarm_volume": 100, "beep_volume": 100}
        turned = {**volumes, "wake_sound": False, "do_not_disturb": True, "wake_sensitivity": 0.8, "wake_word": "alexa"}
        assert home.state("ha/dials", lambda dials: dials == turned)
        assert desk.speaker.volume == 0.4 and not desk.mouth.earcons and desk.wake.words == ("alexa",)
        desk.appliance.turn(70)  # by voice
        assert home.state("ha/dials", lambda dials: dials["volume"] == 70)
    with Desk(tmp_path, broker):
        home.client.forget()
        assert home.state("ha/dials") == {**turned, "volume": 70}


@pytest.mark.parametrize(
    ("topic", "payload", "code"),
    [
        ("set/volume/homeassistant", b"1000", "dial.wrong"),
        ("set/volume/homeassistant", b"\xff\xfe", "dial.wrong"),
        ("set/volume/homeassistant", b"9" * 100_000, "dial.wrong"),
        ("set/volume/homeassistant", b"", "dial.wrong"),
        ("set/wake_word/homeassistant", b"../../etc/passwd", "dial.wrong"),
        ("set/brightness/homeassistant", b"40", "dial.unknown"),
        ("set/restart/homeassistant", b"now, please", "dial.wrong"),
        ("set/volume", b"40", "policy.role"),
        ("set/volume/ ", b"40", "mqtt.user"),
    ],
)
def test_what_is_refused_is_told_and_changes_nothing(
    tmp_path: Path, broker: Broker, home: Home, topic: str, payload: bytes, code: str
) -> None:
    with Desk(tmp_path, broker) as desk:
        home.appeared()
        home.client.forget()
        home.client.publish(f"equerry/desk/{topic}", payload)
        told = home.state("error")
        assert told["code"] == code and "passwd" not in told["text"]
        assert home.state("ha/dials")["volume"] == 100, "as it is, to whoever thought otherwise"
        assert desk.dials.values["volume"] == 100 and not desk.restarts


def test_what_is_retained_turns_nothing(
    tmp_path: Path, broker: Broker, home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    for dial, said in (("volume", "40"), ("restart", "PRESS")):
        home.client.publish(f"equerry/desk/set/{dial}/homeassistant", said, qos=1, retain=True)
    with caplog.at_level(logging.WARNING), Desk(tmp_path, broker) as desk:
        home.appeared()
        home.publish("number.desk_volume", "60")
        home.state("ha/dials", lambda dials: dials["volume"] == 60)
        assert not desk.restarts
    assert len([each for each in caplog.records if "retained" in each.message]) == 1


def test_a_flood_is_bounded_and_does_not_end_the_device(tmp_path: Path, broker: Broker, home: Home) -> None:
    with Desk(tmp_path, broker) as desk:
        home.appeared()
        for number in range(1_000):
            home.client.publish(f"equerry/desk/set/volume/user{number % 50}", str(10 + number % 90))
        home.client.publish("equerry/desk/set/volume", "{" * 1_000)
        home.client.publish("homeassistant/status", "online", qos=1)
        home.client.wait_for("homeassistant/device/+/config")
        assert desk.bridge.status.connected and len(home.client.all("equerry/desk/error")) < 100


def test_only_who_may_turns_and_the_broker_proves_who(tmp_path: Path, brokers: Callable[..., Broker]) -> None:
    broker = brokers(users={"desk": "d", "homeassistant": "h", "ben": "b"}, acl=ACL)
    roles = tmp_path / "roles.toml"
    roles.write_text('[clients]\n"mqtt:ben" = "guest"\n', encoding="utf-8")
    login = {"username": "desk", "password": SecretStr("d")}
    with Desk(tmp_path, broker, roles={"EQUERRY_ROLES": str(roles)}, login=login) as desk:
        home = Home(broker, username="homeassistant", password="h")
        home.appeared()
        ben = broker.client("ben", username="ben", password="b")
        ben.publish("equerry/desk/set/volume/homeassistant", "20", qos=1)  # the broker lets nobody else write there
        ben.publish("equerry/desk/set/volume/ben", "30", qos=1)
        assert home.state("error")["code"] == "policy.role"
        assert desk.dials.values["volume"] == 100
        home.publish("number.desk_volume", "50")
        home.state("ha/dials", lambda dials: dials["volume"] == 50)


def test_restart(tmp_path: Path, broker: Broker, home: Home) -> None:
    with Desk(tmp_path, broker) as desk:
        home.appeared()
        home.publish("button.desk_restart", "PRESS")
        desk.until(lambda: desk.restarts == 1)


def test_an_update_is_installed_by_whoever_may_and_its_failure_is_told(
    tmp_path: Path, brokers: Callable[..., Broker]
) -> None:
    (tmp_path / "equerry-0.10.0.tar.gz").touch()
    state = tmp_path / "state"
    updates = Updates(str(tmp_path / "equerry-{version}.tar.gz"), tmp_path, "0.9.0", told=state)
    (tmp_path / "roles.toml").write_text(
        '[clients]\n"mqtt:homeassistant" = "home"\n[roles.home]\ncalled = "Home"\nmay = ["appliance.*"]\n'
    )
    features = replace(FEATURES, update=True, may=FEATURES.may | {"update"})
    users = {"desk": "d", "homeassistant": "h", "ben": "b"}
    broker = brokers(users=users, acl=ACL)
    home = Home(broker, username="homeassistant", password="h")
    ben = broker.client("ben", username="ben", password="b")
    roles, login = {"EQUERRY_ROLES": str(tmp_path / "roles.toml")}, {"username": "desk", "password": SecretStr("d")}
    with Desk(tmp_path, broker, features=features, roles=roles, login=login, updates=updates):
        home.appeared()
        shown = home.state("ha/version")
        assert (shown["latest_version"], shown["in_progress"], shown["release_summary"]) == ("0.10.0", False, "")
        ben.publish("equerry/desk/set/update/ben", "install")
        assert "install updates" in home.state("error", lambda each: each["code"] == "policy.role")["text"]
        assert not (tmp_path / "update" / "wanted").exists()
        home.publish("update.desk_update", "install")
        assert home.state("ha/version", lambda each: each["in_progress"])["latest_version"] == "0.10.0"
        assert (tmp_path / "update" / "wanted").read_text() == "0.10.0\n"
        home.publish("update.desk_update", "install")
        assert home.state("error", lambda each: each["code"] == "update.running")
        state.write_text("failed\n0.10.0\nthe settings can't be used\n")
        (tmp_path / "update" / "wanted").unlink()
        words = "The update to 0.10.0 failed: the settings can't be used"
        assert home.state("error", lambda each: each["code"] == "update.failed")["text"] == words
        assert home.state("ha/version", lambda each: not each["in_progress"] and each["release_summary"] == words)


def test_a_switch_shows_what_is_and_never_lifts_what_is_switched_off_on_the_device(
    tmp_path: Path, broker: Broker, home: Home
) -> None:
    with Desk(tmp_path, broker) as desk:
        home.appeared()
        desk.put(on.SwitchTurned(closed=True))
        mute = home.assistant.by_id("switch.desk_mute")
        state = json.dumps(home.state("state", lambda state: state["muted"])).encode()
        assert mute.state(state) == "ON"
        home.publish("switch.desk_mute", "OFF")
        assert home.state("error")["code"] == "policy.role", "an automation may not even ask"
        desk.put(on.MuteAsked(muted=False))  # and asked by somebody who may
        assert desk.session.muted
        desk.put(on.SwitchTurned(closed=False))
        assert mute.state(json.dumps(home.state("state", lambda state: not state["muted"])).encode()) == "OFF"
        home.publish("switch.desk_mute", "ON")
        assert mute.state(json.dumps(home.state("state", lambda state: state["muted"])).encode()) == "ON"


def test_gestures_of_the_button_are_events(tmp_path: Path, broker: Broker, home: Home) -> None:
    with Desk(tmp_path, broker) as desk:
        home.appeared()
        button = home.assistant.by_id("event.desk_talk_button")
        desk.home.gesture("double_press")
        message = home.client.wait_for("equerry/desk/ha/button")
        event = json.loads(button.state(message.payload))
        assert event["event_type"] == "double_press" and event["event_type"] in button.config["event_types"]
        desk.home.gesture("hold")
        assert json.loads(home.client.wait_for("equerry/desk/ha/button").payload) == {"event_type": "hold"}
        later = broker.client("later")
        later.subscribe("equerry/#")
        later.round_trip()
        assert not later.all("equerry/desk/ha/button"), "what was pressed before is no news"


def test_what_there_is_to_do_follows_the_store(tmp_path: Path, broker: Broker, home: Home) -> None:
    with Desk(tmp_path, broker) as desk:
        home.appeared()
        soon = (now() + timedelta(hours=1)).replace(microsecond=0)
        with desk.store.transaction("set", now=now()) as tx:
            tx.add(Task(title="secret things", due=now() - timedelta(days=2)))
            tx.add(Task(title="more"))
            tx.add(Reminder(title="call", due=soon))
            tx.add(Alarm(due=soon + timedelta(hours=1)))
        found = home.state("ha/counts", lambda counts: counts["open_tasks"] == 2)
        assert found["overdue_tasks"] == 1
        assert datetime.fromisoformat(found["next_reminder"]) == soon
        assert datetime.fromisoformat(found["next_alarm"]) == soon + timedelta(hours=1)
    assert not [each for each in home.client.heard if b"secret" in each.payload]


def test_the_last_command_and_the_last_wake_word_stay_to_be_seen(tmp_path: Path, broker: Broker, home: Home) -> None:
    with Desk(tmp_path, broker) as desk:
        home.appeared()
        home.publish("text.desk_command", "create a task to tune the xylophone")
        last = home.state("ha/last")
        assert (
            last["actions"] == ["task.create"] and last["result"] == "done" and last["client"] == "mqtt:homeassistant"
        )
        desk.put(on.WakeHeard(1, Detection("hey_jarvis", 0.83, 1.0)))
        assert home.state("ha/heard", lambda heard: heard["word"] is not None)["score"] == 0.83
        desk.near_misses = 3
        assert home.state("ha/heard", lambda heard: heard["near_misses_per_hour"] == 3)
    told = [
        each for each in home.client.heard if not each.topic.endswith(("command/homeassistant", "reply/homeassistant"))
    ]
    assert not [each for each in told if b"xylophone" in each.payload]
    later = Home(broker)
    assert later.state("ha/last")["actions"] == ["task.create"] and later.state("ha/heard")["word"] == "hey_jarvis"


def test_what_is_refused_and_what_is_answered_can_be_seen_there(tmp_path: Path, broker: Broker, home: Home) -> None:
    roles = tmp_path / "roles.toml"
    roles.write_text('[clients]\n"mqtt:homeassistant" = "guest"\n', encoding="utf-8")
    with Desk(tmp_path, broker, roles={"EQUERRY_ROLES": str(roles)}) as desk:
        home.appeared()
        home.publish("switch.desk_mute", "ON")
        error = home.client.wait_for("equerry/desk/error")
        told = json.loads(home.assistant.by_id("event.desk_refused").state(error.payload))
        assert (told["event_type"], told["code"]) == ("refused", "policy.role") and "mute" in told["text"]
        assert not desk.session.muted
        home.publish("text.desk_command", "what time is it")
        answer = home.assistant.by_id("sensor.desk_answer")
        reply = home.client.wait_for(answer.config["state_topic"], lambda each: json.loads(each.payload)["ok"])
        assert "It's" in answer.state(reply.payload)


def test_too_long_an_announcement_is_refused_where_it_can_be_seen(tmp_path: Path, broker: Broker, home: Home) -> None:
    with Desk(tmp_path, broker):
        home.appeared()
        home.publish("notify.desk_announce", "x" * 1_001)
        error = home.client.wait_for("equerry/desk/error")
        assert json.loads(home.assistant.by_id("event.desk_refused").state(error.payload))["code"] == "mqtt.wrong"


def test_an_ear_that_closes_without_a_word_is_no_last_command(tmp_path: Path, broker: Broker, home: Home) -> None:
    def over(actions: tuple[str, ...], result: Result) -> TurnEntry:
        return TurnEntry(now(), "microphone", result, "template", "", 0.9, 0.9, actions, None, {}, 1.0)

    with Desk(tmp_path, broker) as desk:
        home.appeared()
        desk.telling.entry(over(("task.create",), "done"))
        assert home.state("ha/last", lambda last: last["actions"] == ["task.create"])
        desk.telling.entry(over((), "silent"))
        home.state("latency", lambda latency: latency["result"] == "silent")
        desk.put(on.WakeHeard(1, Detection("hey_jarvis", 0.83, 1.0)))  # shown together with what came before
        home.state("ha/heard", lambda heard: heard["word"] is not None)
        home.settled()
    told = [json.loads(message.payload)["result"] for message in home.client.all("equerry/desk/ha/last")]
    assert "silent" not in told


# --- when to publish, without a broker
# -------------------------------------------------------------------------------------------------


class Moment:
    """A clock, set by hand."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


DESK = DeviceInfo("1", "Desk", "0.9.0")
TOPICS = Topics("desk")


def found(form: str, features: Features = FEATURES) -> dict[str, bytes]:
    return dict(wanted(entities(features, TOPICS), DESK, TOPICS, form=form))  # type: ignore[arg-type]


def appearing(clock: Moment, form: str = "device", *, spread_s: float = 0.0) -> Appearing:
    return Appearing(TOPICS, lambda: found(form), prefix=PREFIX, node=DESK.node, spread_s=spread_s, clock=clock)


def test_it_looks_before_it_speaks() -> None:
    clock = Moment()
    part = appearing(clock)
    (echo,) = part.connected()
    assert part.due(clock()) == [] and part.deadline == clock() + LOOKING_S
    for topic, payload in found("component").items():
        part.arrived(MqttMessage(topic, payload, retain=True))
    part.arrived(MqttMessage(echo.topic, b"somebody else's"))
    assert part.due(clock()) == []
    part.arrived(echo)
    messages = part.due(clock())
    assert [message.payload for message in messages].count(MIGRATE) == len(found("component"))
    clock.at += AGAIN_S
    assert [message.topic for message in part.due(clock())] == list(found("device")), "and once more"
    assert part.due(clock() + 100) == [] and part.deadline is None


def test_without_an_echo_it_speaks_after_a_while() -> None:
    clock = Moment()
    part = appearing(clock)
    part.connected()
    clock.at += LOOKING_S
    assert [message.topic for message in part.due(clock())] == list(found("device"))


def test_what_it_hears_of_itself_later_is_nothing_new() -> None:
    clock = Moment()
    part = appearing(clock)
    echo = part.connected()[0]
    part.arrived(MqttMessage("homeassistant/status", b"online", retain=True))
    part.arrived(echo)
    (message,) = part.due(clock())
    part.arrived(message)
    assert part.deadline is None and not part.due(clock()), "it was there before"
    part.arrived(MqttMessage("homeassistant/status", b"offline", retain=True))
    assert part.deadline is None
    part.arrived(MqttMessage("homeassistant/status", b"online", retain=True))
    assert part.deadline is not None, "it has begun just now, and has its birth kept"


def test_devices_do_not_all_speak_at_once() -> None:
    clock, delays = Moment(), set[float]()
    for number in range(20):
        part = Appearing(TOPICS, dict, prefix=PREFIX, node=f"equerry_{number}", spread_s=1.0, clock=clock)
        part.arrived(part.connected()[0])
        part.due(clock())
        part.arrived(MqttMessage("homeassistant/status", b"online"))
        assert part.deadline is not None and 0 <= part.deadline - clock() <= 1
        delays.add(part.deadline)
    assert len(delays) == 20


def test_a_connection_that_is_lost_while_it_looks() -> None:
    clock = Moment()
    part = appearing(clock)
    first = part.connected()[0]
    part.disconnected()
    assert part.deadline is None
    second = part.connected()[0]
    part.arrived(first)
    assert part.due(clock()) == []
    part.arrived(second)
    assert part.due(clock())
