"""docs/automation.md does what it says: its examples are taken from the page and carried out, by a second client, on a
real device.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from device.configuration.roles import load
from device.turn import events as on
from services.actions.policy.policy import Policy
from services.store.documents import Task, Timer
from services.sync.home_assistant.entities import TRIGGER, entities
from services.sync.topics import Topics
from tests.automations import Automations, Flow
from tests.broker import PATIENCE_S, Broker, Client
from tests.home_assistant import HomeAssistant
from tests.mqtt_desk import FEATURES, ROOT, Desk, now

PAGE = (ROOT / "docs" / "automation.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def desk(tmp_path: Path, broker: Broker) -> Iterator[Desk]:
    with Desk(tmp_path, broker) as running:
        yield running


@pytest.fixture
def client(desk: Desk, broker: Broker) -> Client:
    """Knows the device as Home Assistant does."""
    other = broker.client("other")
    other.subscribe("equerry/#", "homeassistant/#")
    other.wait_for("equerry/desk/ha/dials")
    return other


@pytest.fixture
def automations(client: Client) -> Automations:
    assistant = HomeAssistant()
    client.wait_for("homeassistant/device/+/config")
    for message in client.all("homeassistant/device/+/config"):
        assistant.take(message)
    return Automations(yaml.safe_load(blocks("yaml")[0]), assistant, client, now())


def titles(desk: Desk) -> list[str]:
    return sorted(row["title"] for row in desk.store.rows(Task).values())


def test_the_page_names_every_entity_and_every_dial() -> None:
    named = set(re.findall(r"`(\w+\.desk_\w+)`", PAGE))
    all_ = entities(FEATURES, Topics("desk"))
    assert named == {f"{each.platform}.desk_{each.key}" for each in all_ if each.platform != TRIGGER}
    for each in (each for each in all_ if each.platform == TRIGGER):
        assert f"`{each.config['type']}`" in PAGE and f"`{each.config['subtype']}`" in PAGE
    assert set(re.findall(r"`set/(\w+)`", PAGE)) == {*FEATURES.dials, "restart", "update"}


def test_every_automation_of_the_page_is_tried_here() -> None:
    (page,) = blocks("yaml")
    tried = {
        "Say that somebody is at the door",
        "Say that water runs, now and loudly",
        "Mute at night",
        "Nobody disturbs a meeting",
        "A task when the laundry is done, once a day",
        "Holding the talk button turns the lights off",
        "Blink when a task was made",
    }
    assert {each["alias"] for each in yaml.safe_load(page)} == tried


def test_the_doorbell_and_the_water(desk: Desk, automations: Automations) -> None:
    automations.happens("binary_sensor.doorbell")
    automations.happens("binary_sensor.leak")
    desk.until(lambda: len(desk.said) == 2)
    door, leak = (event for event in desk.events if isinstance(event, on.Announced))
    assert door == on.Announced("Somebody is at the door.")
    assert leak == on.Announced("Water is running in the basement.", urgent=True, volume=1.0)


def test_mute_at_night(desk: Desk, client: Client, automations: Automations) -> None:
    automations.happens(at="23:00:00")
    desk.until(lambda: desk.session.muted and desk.dials.values["volume"] == 30)
    state = client.wait_for("equerry/desk/state", lambda each: json.loads(each.payload)["muted"])
    assert automations.assistant.by_id("switch.desk_mute").state(state.payload) == "ON"


def test_nobody_disturbs_a_meeting(desk: Desk, client: Client, automations: Automations) -> None:
    automations.happens("calendar.office")
    dials = client.wait_for("equerry/desk/ha/dials", lambda each: json.loads(each.payload)["do_not_disturb"])
    assert automations.assistant.by_id("switch.desk_do_not_disturb").state(dials.payload) == "ON"
    assert desk.dials.values["do_not_disturb"]


def test_the_laundry_is_a_task_and_only_one(desk: Desk, client: Client, automations: Automations) -> None:
    automations.happens("sensor.washing_machine_power")
    desk.until(lambda: titles(desk) == ["hang up the laundry"])
    client.wait_for("equerry/desk/reply/homeassistant")
    automations.happens("sensor.washing_machine_power")
    client.wait_for("equerry/desk/reply/homeassistant")
    assert titles(desk) == ["hang up the laundry"]


def test_the_talk_button_turns_the_lights_off_when_it_is_held(
    desk: Desk, client: Client, automations: Automations
) -> None:
    desk.home.gesture("press")
    automations.comes(client.wait_for("equerry/desk/ha/button"))
    assert not automations.elsewhere, "a press is no hold"
    desk.home.gesture("hold")
    automations.comes(client.wait_for("equerry/desk/ha/button"))
    assert automations.elsewhere == [("light.turn_off", "light.office")]
    desk.until(lambda: titles(desk) == ["close the windows"])


def test_the_lamp_blinks_when_a_task_was_made_and_only_then(
    desk: Desk, client: Client, automations: Automations
) -> None:
    for said, blinks in (("what time is it", 0), ("create a task to call the bank", 1)):
        desk.jobs.submit(said, client="console")
        automations.comes(client.wait_for("equerry/desk/job/completed"))
        assert automations.elsewhere == [("light.turn_on", "light.office")] * blinks


@pytest.fixture
def flow(client: Client) -> Flow:
    return Flow.imported(blocks("json")[0], client)


def test_node_red_starts_a_timer_at_two_presses_and_shows_what_was_done(desk: Desk, client: Client, flow: Flow) -> None:
    assert set(flow.topics) == {"equerry/desk/ha/button", "equerry/desk/job/completed"}
    for gesture in ("press", "double_press"):
        desk.home.gesture(gesture)
        flow.comes(client.wait_for("equerry/desk/ha/button"))
    flow.comes(client.wait_for("equerry/desk/job/completed"))
    assert flow.shown == [["timer.start"]]
    (timer,) = desk.store.find(Timer)
    assert timer.name == "tea" and timer.seconds == 240
    desk.until(lambda: len(desk.said) == 1)


def test_node_red_says_that_dinner_is_ready(desk: Desk, flow: Flow) -> None:
    flow.press("dinner")
    desk.until(lambda: desk.said == ["Dinner is ready."])


def lines(kind: str) -> list[list[str]]:
    return [shlex.split(line) for line in blocks("sh")[0].splitlines() if line.startswith(kind)]


def run(broker: Broker, line: Sequence[str], *more: str) -> str:
    done = subprocess.run(
        [line[0], "-h", broker.host, "-p", str(broker.port), *more, *line[1:]],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=True,
    )
    return done.stdout


def test_the_lines_publish_what_the_page_says(desk: Desk, client: Client, broker: Broker) -> None:
    for line in lines("mosquitto_pub"):
        run(broker, line)
    desk.until(lambda: desk.session.muted and desk.dials.values["do_not_disturb"] is True)
    assert desk.dials.values["volume"] == 60
    assert [event for event in desk.events if isinstance(event, on.Announced | on.StopAsked | on.MuteAsked)] == [
        on.Announced("I am in the garden."),
        on.Announced("The milk boils over.", urgent=True, volume=0.8),
        on.StopAsked(),
        on.MuteAsked(muted=True),
    ]
    assert not client.all("equerry/desk/error")


def test_the_lines_are_answered_and_hear_what_happens(desk: Desk, client: Client, broker: Broker) -> None:
    (ask,), (listen,) = lines("mosquitto_rr"), lines("mosquitto_sub")
    answer = json.loads(run(broker, ask, "-W", str(round(PATIENCE_S))))
    assert answer["ok"] and answer["steps"][0]["action"] == "task.create" and titles(desk) == ["water the garden"]
    with subprocess.Popen(
        [listen[0], "-h", broker.host, "-p", str(broker.port), *listen[1:]],
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    ) as heard:
        assert heard.stdout
        assert heard.stdout.readline().startswith("equerry/desk/state ")
        desk.jobs.submit("what time is it", client="console")
        topics = [heard.stdout.readline().split(" ")[0] for _ in range(3)]
        heard.terminate()
    assert "equerry/desk/job/queued" in topics


def test_nothing_on_the_page_is_refused(
    desk: Desk, client: Client, automations: Automations, flow: Flow, broker: Broker
) -> None:
    for entity in ("binary_sensor.doorbell", "binary_sensor.leak", "calendar.office", "sensor.washing_machine_power"):
        automations.happens(entity)
    automations.happens(at="23:00:00")
    flow.press("dinner")
    desk.until(lambda: desk.dials.values["volume"] == 30)
    for line in lines("mosquitto_pub"):
        run(broker, line)
    client.round_trip()
    assert not client.all("equerry/desk/error")


def test_the_role_of_the_page_may_open_the_microphone_and_is_a_role(tmp_path: Path) -> None:
    path = tmp_path / "roles.toml"
    path.write_text(blocks("toml")[0], encoding="utf-8")
    policy = Policy(load({"EQUERRY_ROLES": str(path)})[0])
    for action in ("listen", "unmute", "settings", "say", "update"):
        policy.demand("mqtt:homeassistant", f"appliance.{action}", now())
    assert not policy.allows("mqtt:homeassistant", "appliance.documents")
    may: Callable[[str], bool] = lambda action: Policy(load({})[0]).allows("mqtt:homeassistant", action)  # noqa: E731
    assert (
        not may("appliance.listen")
        and not may("appliance.unmute")
        and not may("appliance.update")
        and may("appliance.settings")
    )


def test_the_links_of_the_page_lead_somewhere() -> None:
    targets: list[Any] = re.findall(r"\]\(([^)#:]+)\)", PAGE)
    assert targets and all((ROOT / "docs" / target).exists() for target in targets)
