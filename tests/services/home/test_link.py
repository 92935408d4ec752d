"""The link with Home Assistant, over a real socket to a small server that speaks its protocol."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from pydantic import SecretStr

from services.home.base import HomeAway, HomeRefused, HomeSilent, ServiceCall, missed
from services.home.status import HomeStatus
from services.home.websocket.connection import socket_of
from services.home.websocket.link import HomeLink
from tests.home_assistant_socket import TOKEN, HomeAssistantSocket, listening

PATIENCE_S = 10.0


def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.01)


@contextmanager
def linked(url: str, token: str = TOKEN, limit_s: float = 2.0) -> Iterator[tuple[HomeLink, list[HomeStatus]]]:
    told: list[HomeStatus] = []
    link = HomeLink(url, SecretStr(token), limit_s=limit_s, changed=told.append)
    thread = threading.Thread(target=link.run, daemon=True)
    thread.start()
    try:
        yield link, told
    finally:
        link.stop()
        thread.join(PATIENCE_S)
        assert not thread.is_alive()


def test_what_is_exposed_with_its_names_and_rooms() -> None:
    with listening(HomeAssistantSocket()) as there, linked(there.url) as (link, _):
        until(lambda: link.home)
        assert sorted(link.home.entities) == ["light.floor_lamp", "light.kitchen"]
        kitchen = link.home.entities["light.kitchen"]
        assert (kitchen.name, kitchen.aliases, kitchen.area, kitchen.state) == (
            "Kitchen Light",
            ("big light",),
            "kitchen",
            "off",
        )
        assert link.home.areas["living_room"].floor == "ground"
        assert link.home.floors["ground"].aliases == ("downstairs",)
        assert link.home.satellites == {"assist_satellite.voice": "kitchen"}, "the phone is in no room"
        assert (link.status.connected, link.status.version, link.status.entities) == (True, "2025.4.4", 2)


def test_a_token_that_is_no_administrators_gets_what_people_see() -> None:
    with listening(HomeAssistantSocket(admin=False)) as there, linked(there.url) as (link, _):
        until(lambda: link.home)
        assert sorted(link.home.entities) == ["light.floor_lamp", "light.kitchen"]


def test_a_service_is_done_once_the_state_has_come() -> None:
    with listening(HomeAssistantSocket()) as there, linked(there.url) as (link, _):
        until(lambda: link.home)
        names = link.home.names
        after = link.call([ServiceCall("light", "turn_on", ("light.kitchen",), {"brightness_pct": 30})])
        assert after.entities["light.kitchen"].state == "on"
        asked = there.asked[-1]
        assert asked["service_data"] == {"brightness_pct": 30}
        assert asked["target"] == {"entity_id": ["light.kitchen"]}
        assert link.home.names == names, "states are no names"


def test_no_and_silence_are_told_apart() -> None:
    with listening(HomeAssistantSocket()) as there, linked(there.url, limit_s=0.3) as (link, _):
        until(lambda: link.home)
        with pytest.raises(HomeRefused, match="Home Assistant says: value must be at most 100"):
            link.call([ServiceCall("light", "turn_on", ("light.kitchen",), {"brightness_pct": 400})])
        there.silent = True
        with pytest.raises(HomeSilent, match=r"did not answer within 0\.3 seconds"):
            link.call([ServiceCall("light", "turn_on", ("light.kitchen",))])


def test_other_names_are_taken_as_they_come() -> None:
    with listening(HomeAssistantSocket()) as there, linked(there.url) as (link, _):
        until(lambda: link.home)
        names = link.home.names
        there.rename("light.kitchen", "Cooking Light", "chef's light")
        until(lambda: link.home.entities["light.kitchen"].aliases == ("chef's light",))
        assert link.home.entities["light.kitchen"].name == "Cooking Light"
        assert link.home.names != names


def test_it_comes_back_after_home_assistant_does() -> None:
    there = HomeAssistantSocket()
    with listening(there) as first, linked(first.url) as (link, told):
        until(lambda: link.home)
        there.hang_up()
        until(lambda: len(told) >= 2)
        assert not told[1].connected
        until(lambda: link.home)
        assert (
            link.call([ServiceCall("light", "turn_off", ("light.floor_lamp",))]).entities["light.floor_lamp"].state
            == "off"
        )


def test_while_it_is_away_nothing_can_be_commanded() -> None:
    with listening(HomeAssistantSocket()) as there:
        url = there.url
    with linked(url) as (link, told):
        until(lambda: told)
        assert told[0].code == "home.unreachable"
        assert url in told[0].reason
        assert not link.home
        assert not link.talks
        with pytest.raises(HomeAway, match="Home Assistant can't be reached"):
            link.call([ServiceCall("light", "turn_on", ("light.kitchen",))])


def test_a_wrong_token_is_told_as_that() -> None:
    with listening(HomeAssistantSocket()) as there, linked(there.url, token="wrong") as (_, told):
        until(lambda: told)
        assert told[0].code == "home.token"
        assert "home-assistant-token" in told[0].reason
        assert "wrong" not in told[0].reason


def test_what_a_thing_can_not_do_is_told_by_its_name() -> None:
    there = HomeAssistantSocket(can_not=frozenset(("light.kitchen",)))
    with listening(there), linked(there.url) as (link, _):
        until(lambda: link.home)
        with pytest.raises(HomeRefused, match=r"^Home Assistant says: Kitchen Light can't do that$"):
            link.call([ServiceCall("light", "turn_on", ("light.kitchen",))])


def test_of_several_some_refused_the_others_are_done_and_the_states_tell() -> None:
    there = HomeAssistantSocket(can_not=frozenset(("light.kitchen",)))
    both = [ServiceCall("light", "turn_on", ("light.kitchen",)), ServiceCall("light", "turn_on", ("light.floor_lamp",))]
    with listening(there), linked(there.url) as (link, _):
        until(lambda: link.home)
        after = link.call(both)
        assert [missed(call, after) for call in both] == [["light.kitchen"], []]
        bright = ServiceCall("light", "turn_on", ("light.kitchen",), {"brightness_pct": 20})
        with pytest.raises(HomeRefused):  # that it is no brighter is seen in no state
            link.call([bright, both[1]])


def test_what_can_not_be_read_ends_no_more_than_the_connection() -> None:
    there = HomeAssistantSocket()
    there.entries["light.kitchen"]["aliases"] = 5  # no list
    with listening(there) as socket, linked(socket.url) as (link, told):
        until(lambda: told)
        assert told[0].code == "home.refused"
        there.entries["light.kitchen"]["aliases"] = []
        until(lambda: link.home)


def test_its_conversation_goes_on() -> None:
    with listening(HomeAssistantSocket()) as there, linked(there.url) as (link, _):
        until(lambda: link.home)
        assert link.talks
        answer = link.converse("what time is it", "microphone")
        assert (answer.text, answer.understood) == ("It is ten.", True)
        link.converse("and now", "microphone")
        assert there.asked[-1]["conversation_id"] == "c1"
        assert "conversation_id" not in there.asked[-2]


@pytest.mark.parametrize(
    ("url", "socket"),
    [
        ("http://homeassistant.local:8123", "ws://homeassistant.local:8123/api/websocket"),
        ("https://home.example/", "wss://home.example/api/websocket"),
    ],
)
def test_where_it_listens(url: str, socket: str) -> None:
    assert socket_of(url) == socket
