"""What Home Assistant is told: accepted as its documentation has it, each thing once, and nothing left behind."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.turn.machine import PHASES
from services.sync.base import MqttMessage
from services.sync.home_assistant.discovery import EXPOSED, DeviceInfo, Form, change, filters, wanted
from services.sync.home_assistant.entities import GESTURES, Features, HomeEntity, entities
from services.sync.topics import Topics, fits
from tests.home_assistant import HomeAssistant, Shown

TOPICS = Topics("desk")
DESK = DeviceInfo("0197f3c0-5a1e", "Desk", "0.9.0", "Raspberry Pi 5")
DIALS = frozenset(
    ("volume", "alarm_volume", "beep_volume", "wake_sound", "do_not_disturb", "wake_sensitivity", "wake_word")
)
ALL = Features(phases=PHASES, button=True, dials=DIALS, words=("hey_jarvis", "alexa"), restart=True)
BARE = Features(phases=PHASES, microphone=False, speaker=False, thermometer=False, synchronised=False)
FORMS: tuple[Form, ...] = ("device", "component")
EXPECTED = {
    "sensor": (
        "phase last_command latency wake_score near_misses microphone_level temperature open_tasks overdue_tasks"
        " next_reminder next_alarm queue_depth backlog answer"
    ),
    "binary_sensor": "muted microphone_fault store_fault",
    "switch": "mute wake_sound do_not_disturb",
    "number": "volume alarm_volume beep_volume wake_sensitivity",
    "select": "wake_word",
    "button": "listen stop restart",
    "event": "talk_button wake alarm refused",
    "notify": "announce",
    "text": "command",
    "update": "update",
    "device_automation": (
        "when_press when_double_press when_triple_press when_hold when_wake when_ring_begins when_ring_ends"
    ),
}
COUNT = sum(len(names.split()) for names in EXPECTED.values())


def told(features: Features, form: Form, about: DeviceInfo = DESK, *, user: str = "homeassistant") -> dict[str, bytes]:
    return dict(wanted(entities(features, TOPICS, user=user), about, TOPICS, form=form))


def keys(home: HomeAssistant) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for (platform, name), _ in home.shown.items():
        found.setdefault(platform, set()).add(name.split(" ")[1])
    return found


def appear(
    home: HomeAssistant, found: dict[str, bytes], new: dict[str, bytes], *, about: DeviceInfo = DESK
) -> dict[str, bytes]:
    """Publish what is to be published; what stands at the broker then."""
    stands = dict(found)
    for message in change(found, new, prefix="homeassistant", node=about.node):
        home.take(message)
        if message.retain:
            stands[message.topic] = message.payload
    return {topic: payload for topic, payload in stands.items() if payload}


@pytest.mark.parametrize("form", FORMS)
def test_all_that_the_device_has_appears_and_is_as_home_assistant_wants_it(form: Form) -> None:
    home = HomeAssistant()
    stands = appear(home, {}, told(ALL, form))
    assert keys(home) == {platform: set(names.split()) for platform, names in EXPECTED.items()}
    assert not home.problems
    assert len(stands) == (1 if form == "device" else COUNT)
    assert all(any(fits(pattern, topic) for pattern in filters("homeassistant", DESK.node)) for topic in stands)
    for shown in home.shown.values():
        assert shown.config["availability_topic"] == "equerry/desk/availability"
        assert shown.config["device"]["identifiers"] == [DESK.node]


def test_the_device_says_what_it_is_and_where() -> None:
    home = HomeAssistant()
    appear(home, {}, told(ALL, "device", replace(DESK, serial="10000000abcd", area="Kitchen", page=EXPOSED)))
    device = home.by_id("sensor.desk_phase").config["device"]
    assert (device["model"], device["serial_number"]) == ("Raspberry Pi 5", "10000000abcd")
    assert device["suggested_area"] == "Kitchen" and device["configuration_url"] == EXPOSED
    (payload,) = told(ALL, "device", DeviceInfo("1", "Desk", "0.9.0")).values()
    assert not {"model", "serial_number", "suggested_area", "configuration_url"} & set(json.loads(payload)["device"])


def test_every_entity_has_an_icon_of_its_own_or_by_its_class() -> None:
    home = HomeAssistant()
    appear(home, {}, told(ALL, "device"))
    for (platform, name), shown in home.shown.items():
        by_class = platform in ("update", "device_automation") or "device_class" in shown.config
        assert by_class or shown.config.get("icon", "").startswith("mdi:"), name


def test_automations_are_begun_by_the_device_itself() -> None:
    home = HomeAssistant()
    appear(home, {}, told(ALL, "device"))

    def began(topic: str, **fields: str) -> set[tuple[str, str]]:
        return home.triggered(MqttMessage(f"equerry/desk/{topic}", json.dumps(fields).encode()))

    assert began("ha/button", event_type="hold") == {("button_long_press", "talk_button")}
    assert began("ha/button", event_type="double_press") == {("button_double_press", "talk_button")}
    assert began("wake", word="hey_jarvis") == {("heard", "wake_word")}
    assert began("ring", event="begins", kind="timer") == {("begins", "ring")}


def test_what_is_not_there_does_not_appear() -> None:
    home = HomeAssistant()
    appear(home, {}, told(BARE, "device"))
    found = keys(home)
    assert (
        "temperature" not in found["sensor"]
        and "muted" not in found["binary_sensor"]
        and "backlog" not in found["sensor"]
    )
    assert not {"notify", "number", "select", "switch"} & set(found)
    assert found["event"] == {"alarm", "refused"} and found["button"] == {"stop"}


def test_what_home_assistant_may_not_do_is_not_offered() -> None:
    home = HomeAssistant()
    appear(home, {}, told(replace(ALL, may=frozenset()), "device"))
    assert set(keys(home)) == {"sensor", "binary_sensor", "event", "update", "device_automation"}


def test_updates_are_installed_from_there_only_where_they_can_be_and_may() -> None:
    for can, may, installs in ((True, True, True), (True, False, False), (False, True, False)):
        home = HomeAssistant()
        allowed = ALL.may | ({"update"} if may else set())
        appear(home, {}, told(replace(ALL, update=can, may=allowed), "device"))
        update = home.by_id("update.desk_update").config
        assert (update.get("command_topic") == "equerry/desk/set/update/homeassistant") == installs
        assert (update.get("payload_install") == "install") == installs


def test_commands_carry_the_user_whom_the_broker_proves() -> None:
    for user, end in (("homeassistant", "/homeassistant"), ("", "")):
        home = HomeAssistant()
        appear(home, {}, told(ALL, "device", user=user))
        commands = {shown.config["command_topic"] for shown in home.shown.values() if "command_topic" in shown.config}
        turned = {f"equerry/desk/set/{dial}{end}" for dial in (*DIALS, "restart")}
        assert (
            commands == {f"equerry/desk/{what}{end}" for what in ("mute", "say", "listen", "stop", "command")} | turned
        )


def test_ids_stay_whatever_the_device_is_called_and_whatever_the_form() -> None:
    ids = []
    for form, about in product(FORMS, (DESK, replace(DESK, name="Küche", version="2.0"))):
        home = HomeAssistant()
        appear(home, {}, told(ALL, form, about))
        ids.append(sorted(home.known))
    assert all(one == other for one, other in pairwise(ids))
    other = HomeAssistant()
    appear(other, {}, told(ALL, "device", replace(DESK, id="another")), about=replace(DESK, id="another"))
    assert not set(ids[0]) & set(other.known)


@pytest.mark.parametrize(("before", "after"), list(product(FORMS, FORMS)))
def test_what_went_away_is_taken_away_also_with_a_change_of_form(before: Form, after: Form) -> None:
    home = HomeAssistant()
    stands = appear(home, {}, told(ALL, before))
    stands = appear(home, stands, told(replace(ALL, thermometer=False, button=False), after))
    assert not home.problems
    presses = [f"when_{gesture}" for gesture in GESTURES]
    gone = [f"{DESK.node}_{key}" for key in ("talk_button", "temperature", *presses)]
    assert sorted(home.forgotten) == sorted(gone), "and nothing else, not even for a moment"
    assert len(home.shown) == COUNT - len(gone)
    assert stands == told(replace(ALL, thermometer=False, button=False), after), "nothing else stays at the broker"


def test_there_and_back_again() -> None:
    home = HomeAssistant()
    stands: dict[str, bytes] = {}
    forms: tuple[Form, ...] = (
        "device",
        "component",
        "device",
        "device",
        "component",
        "component",
        "device",
        "none",
        "device",
    )
    for form in forms:
        stands = appear(home, stands, told(ALL, form))
        assert stands == told(ALL, form)
        assert len(home.shown) == (0 if form == "none" else COUNT)
    assert not home.problems


def test_a_thing_that_becomes_another_kind_of_thing() -> None:
    """Such as a binary sensor that was a sensor in an older version."""
    for before, after in product(FORMS, FORMS):
        home = HomeAssistant()
        sensor = HomeEntity("store_fault", "sensor", "Store fault", {"state_topic": "x"})
        old = [sensor if each.key == "store_fault" else each for each in entities(BARE, TOPICS)]
        stands = appear(home, {}, dict(wanted(old, DESK, TOPICS, form=before)))
        assert "store_fault" in keys(home)["sensor"]
        stands = appear(home, stands, told(BARE, after, user=""))
        assert "store_fault" not in keys(home)["sensor"] and "store_fault" in keys(home)["binary_sensor"]
        assert stands == told(BARE, after, user="") and not home.problems


feature = st.builds(
    Features,
    phases=st.just(PHASES),
    microphone=st.booleans(),
    speaker=st.booleans(),
    thermometer=st.booleans(),
    button=st.booleans(),
    synchronised=st.booleans(),
    dials=st.frozensets(st.sampled_from(sorted(DIALS))),
    words=st.sampled_from([(), ("hey_jarvis",), ("hey_jarvis", "alexa")]),
    restart=st.booleans(),
    may=st.frozensets(st.sampled_from(("say", "listen", "stop", "mute", "command", "settings"))),
)


@given(st.lists(st.tuples(feature, st.sampled_from(("device", "component", "none"))), min_size=1, max_size=5))
def test_whatever_changes_home_assistant_has_what_there_is_and_nothing_else(runs: list[tuple[Features, Form]]) -> None:
    home = HomeAssistant()
    stands: dict[str, bytes] = {}
    for features, form in runs:
        stands = appear(home, stands, told(features, form))
        assert stands == told(features, form)
        expected = (
            set()
            if form == "none"
            else {(each.platform, f"{DESK.node} {each.key}") for each in entities(features, TOPICS)}
        )
        assert set(home.shown) == expected
        assert set(home.known) == {f"{DESK.node}_{name.split()[1]}" for _, name in expected}
    assert not home.problems


@given(
    st.dictionaries(st.sampled_from([*told(ALL, "component"), *told(ALL, "device")]), st.binary(max_size=30)),
    st.sampled_from(FORMS),
)
def test_whatever_others_have_left_there_is_replaced(left: dict[str, bytes], form: Form) -> None:
    new = told(ALL, form)
    stands = dict(left)
    for message in change(left, new, prefix="homeassistant", node=DESK.node):
        if message.retain:
            stands[message.topic] = message.payload
    assert {topic: payload for topic, payload in stands.items() if payload} == new


@pytest.mark.parametrize(
    "left",
    [
        {"components": []},
        {"components": {"a": None}},
        {"components": {"a": {"platform": 1}}},
        {"components": 7},
        [1],
        "x",
        7,
        {"migrate_discovery": True},
    ],
)
def test_a_message_of_another_kind_is_replaced(left: object) -> None:
    topic = f"homeassistant/device/{DESK.node}/config"
    for form in FORMS:
        messages = change({topic: json.dumps(left).encode()}, told(ALL, form), prefix="homeassistant", node=DESK.node)
        assert {message.topic: message.payload for message in messages if message.retain and message.payload} == told(
            ALL, form
        )


def test_a_device_with_a_hostile_id_stays_within_its_topics() -> None:
    about = replace(DESK, id="../#+ Küche/config")
    for form in FORMS:
        home = HomeAssistant()
        appear(home, {}, told(ALL, form, about), about=about)
        assert len(home.shown) == COUNT and not home.problems


def test_prefixes_of_several_levels() -> None:
    new = dict(wanted(entities(ALL, TOPICS), DESK, TOPICS, prefix="house/ha", form="component"))
    home = HomeAssistant("house/ha")
    for message in change({}, new, prefix="house/ha", node=DESK.node):
        home.take(message)
    for message in change(
        new, dict(wanted(entities(ALL, TOPICS), DESK, TOPICS, prefix="house/ha")), prefix="house/ha", node=DESK.node
    ):
        home.take(message)
    assert len(home.shown) == COUNT and not home.problems


def shown(key: str) -> Shown:
    home = HomeAssistant()
    appear(home, {}, told(ALL, "device"))
    return next(each for (_, name), each in home.shown.items() if name.split(" ")[1] == key)


@pytest.mark.parametrize(
    ("key", "payload", "state"),
    [
        ("phase", {"phase": "asking"}, "asking"),
        ("muted", {"muted": True}, "ON"),
        ("mute", {"muted": False}, "OFF"),
        ("microphone_fault", {"microphone_fault": "The microphone gives no sound."}, "ON"),
        ("microphone_fault", {"microphone_fault": None}, "OFF"),
        ("store_fault", {"store_fault": "store.full"}, "ON"),
        ("last_command", {"actions": ["task.create", "timer.set"], "result": "done"}, "task.create, timer.set"),
        ("last_command", {"actions": [], "result": "unclear"}, "unclear"),
        ("last_command", {"actions": ["task.create"] * 40, "result": "done"}, ("task.create, " * 40)[:255]),
        ("latency", {"total_s": None}, "None"),
        ("temperature", {"temperature_celsius": 48.5}, "48.5"),
        ("next_alarm", {"next_alarm": None}, "None"),
        ("next_alarm", {"next_alarm": "2026-11-24T07:00:00+01:00"}, "2026-11-24T07:00:00+01:00"),
        ("volume", {"volume": 70}, "70"),
        ("wake_word", {"wake_word": "alexa"}, "alexa"),
        ("do_not_disturb", {"do_not_disturb": True}, "ON"),
    ],
)
def test_states_are_read_from_what_is_published(key: str, payload: object, state: str) -> None:
    assert shown(key).state(json.dumps(payload).encode()) == state


def test_events_have_one_of_their_types() -> None:
    for key, payload in (
        ("wake", {"word": "alexa", "score": 0.8}),
        ("alarm", {"event": "begins", "kind": "timer", "id": "1", "due": "x"}),
    ):
        entity = shown(key)
        event = json.loads(entity.state(json.dumps(payload).encode()))
        assert event["event_type"] in entity.config["event_types"]


def test_words_are_words_whatever_they_look_like() -> None:
    for key in ("announce", "command"):
        topic, payload = shown(key).command('{"muted": "no"}')
        assert json.loads(payload) == {"text": '{"muted": "no"}'} and topic.endswith("/homeassistant")


def test_nothing_is_published_where_all_is_as_it_was() -> None:
    """But the one message; device/mqtt/home_assistant/presence.py does not even ask then."""
    new = told(ALL, "device")
    assert change(new, new, prefix="homeassistant", node=DESK.node) == [
        MqttMessage(*next(iter(new.items())), qos=1, retain=True)
    ]
