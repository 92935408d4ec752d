"""What is said to the house behind an order to it, and what is left out of one: which services are called."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from device.commands.directory import StoreDirectory
from device.configuration.load import load
from device.wiring.commands import build_parser, build_responder
from services.home.base import HouseAnswer
from services.store.base import Task
from services.store.store import Store
from services.understanding.parser import CommandParser
from tests.house import Here, PretendHouse

Say = Callable[[str], str]
AREA = {"EQUERRY_HOME_ASSISTANT__AREA": "Living Room"}


@pytest.fixture(scope="module")
def parser() -> CommandParser:
    return build_parser(load(AREA), controls=Here())  # type: ignore[arg-type]


@pytest.fixture
def controls() -> PretendHouse:
    Here.controls = PretendHouse()
    return Here.controls


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "equerry.db") as opened:
        yield opened


@pytest.fixture
def say(parser: CommandParser, store: Store, controls: PretendHouse) -> Say:
    responder = build_responder(load(AREA), store, parser, StoreDirectory(store, controls), controls=controls)
    return lambda text: responder.respond(text, client="console").reply.text


def called(controls: PretendHouse) -> list[tuple[str, tuple[str, ...]]]:
    return [(each.service, each.entities) for each in controls.called]


def values(controls: PretendHouse) -> list[dict[str, object]]:
    return [dict(each.data) for each in controls.called]


def test_them_are_all_of_the_last_order(say: Say, controls: PretendHouse) -> None:
    say("turn the lights on in the kitchen and the hallway")
    controls.called.clear()
    assert say("turn them off again") == "Kitchen Lights turned off. Hallway Light turned off."
    assert called(controls) == [("turn_off", ("light.kitchen_lights",)), ("turn_off", ("light.hallway_light",))]


@pytest.mark.parametrize(
    ("before", "said", "service", "entity"),
    [
        ("turn on the hallway light", "no, the office light", "turn_on", "light.office_light"),
        ("turn on the lights in the kitchen", "no, the bedroom", "turn_on", "light.bed_light"),
        ("turn on the lights in the kitchen", "sorry, I meant the office", "turn_on", "light.office_light"),
    ],
)
def test_a_no_takes_the_order_back_and_gives_the_other(
    say: Say, controls: PretendHouse, before: str, said: str, service: str, entity: str
) -> None:
    say(before)
    lit = controls.called[0].entities
    controls.called.clear()
    say(said)
    assert called(controls) == [("turn_off", lit), (service, (entity,))]


def test_a_no_with_another_value(say: Say, controls: PretendHouse) -> None:
    say("make the floor lamp red")
    say("no, green")
    assert values(controls)[-1] == {"color_name": "green"}
    say("and the ceiling light")
    assert (controls.called[-1].entities, values(controls)[-1]) == (("light.ceiling_light",), {"color_name": "green"})


def test_a_no_to_blinds_never_lights_a_lamp(say: Say, controls: PretendHouse) -> None:
    """ "The bedroom" fits the lights as well, at 50 percent: the nouns are those of the last order."""
    say("put the living room blinds at half")
    controls.called.clear()
    say("no, the bedroom")
    assert [each.domain for each in controls.called if each.domain == "light"] == []


def test_a_no_to_a_lock_undoes_nothing_else(say: Say, controls: PretendHouse, store: Store) -> None:
    say("create a task to call the bank")
    say("lock the front door")
    say("yes")
    controls.called.clear()
    say("no, the back door")
    assert [each.title for each in store.find(Task)] == ["call the bank"]
    assert controls.called == []


def test_a_little_more_of_what_was_said(say: Say, controls: PretendHouse) -> None:
    say("set the thermostat to 21 degrees")
    say("up another degree")
    say("and one more")
    assert values(controls)[-1] == {"temperature": 23.0}
    say("put the living room blinds at half")
    say("all the way up")
    assert values(controls)[-1] == {"position": 100}
    say("dim the floor lamp to 20 percent")
    say("even brighter")
    assert values(controls)[-1] == {"brightness_step_pct": 20}


def test_it_is_the_garage_that_was_asked_about(say: Say, controls: PretendHouse) -> None:
    assert say("is the garage open") == "No, Garage Door is closed."
    assert say("is it open") == "No, Garage Door is closed."
    assert say("open it") == "Open the Garage Door?"
    assert controls.called == []


@pytest.mark.parametrize(
    ("said", "position"),
    [
        ("put the living room blinds three quarters closed", 25),
        ("close the living room blinds a quarter", 75),
        ("open the living room blinds a quarter", 25),
        ("put the blinds halfway down", 50),
        ("put the living room blinds all the way down", 0),
    ],
)
def test_how_far_it_is_shut_is_not_how_far_it_is_open(
    say: Say, controls: PretendHouse, said: str, position: int
) -> None:
    say(said)
    assert values(controls) == [{"position": position}]


def test_what_is_excepted_is_left_alone(say: Say, controls: PretendHouse) -> None:
    say("turn off all the lights except the hallway, the floor lamp and the kitchen")
    assert called(controls) == [("turn_off", ("light.ceiling_light", "light.bed_light", "light.office_light"))]


@pytest.mark.parametrize("text", ["turn everything off except the moon lamp", "lights off but not the dungeon"])
def test_where_it_is_not_known_what_is_excepted_nothing_is_done(say: Say, controls: PretendHouse, text: str) -> None:
    say(text)
    assert controls.called == []


def test_except_stands_within_a_sentence(say: Say, controls: PretendHouse) -> None:
    assert say("turn everything upstairs off but the bed light and add milk to the shopping list").endswith(
        "Added milk to your new shopping list."
    )
    assert {id_ for each in controls.called for id_ in each.entities} == {
        "light.office_light", "fan.bedroom_fan", "fan.bathroom_fan"
    }  # fmt: skip


def test_the_one_in_another_room(say: Say, controls: PretendHouse) -> None:
    say("turn on the light in the kitchen and turn off the one in the bedroom")
    assert called(controls) == [("turn_on", ("light.kitchen_lights",)), ("turn_off", ("light.bed_light",))]


def test_a_name_with_a_typographic_apostrophe(say: Say, controls: PretendHouse, parser: CommandParser) -> None:
    lamp = replace(controls.home.entities["light.bed_light"], name="Bob’s Lamp", state="off")
    controls.home = replace(controls.home, entities={**controls.home.entities, lamp.id: lamp}, names=7)
    assert say("turn on bob's lamp") == "Bob’s Lamp turned on."


def test_what_is_on_in_a_room(say: Say, controls: PretendHouse) -> None:
    assert say("what's on in the kitchen") == "Kitchen Radio is playing."
    assert say("is everything off in the office") == "Yes, everything in the Office is off."
    assert say("which lights are on upstairs") == "Bed Light is on."
    assert say("what's the temperature upstairs") == "It is 18 degrees and 23.4 degrees upstairs."


@pytest.mark.parametrize(
    ("asked", "answer", "told"),
    [
        ("don't start anything here", "Sorry, I am not aware of any area called don't turn on", False),
        ("blink in the dungeon", "Sorry, I am not aware of any area called dungeon", True),
        ("flash the box", "Sorry, box is not exposed", True),
        ("fetch the slippers", "Sorry, I couldn't understand that", False),
    ],
)
def test_half_a_sentence_is_no_name(say: Say, controls: PretendHouse, asked: str, answer: str, told: bool) -> None:
    """Home Assistant takes what it does not know for the name of a room."""
    controls.talks = True
    controls.answer = HouseAnswer(answer, understood=True, refused=True)
    assert (say(asked) == f"{answer}.") is told


@pytest.mark.parametrize("text", ["turn off the lights at ten pm", "turn on the kitchen lights for ten minutes"])
def test_what_is_for_later_is_told_as_that(say: Say, controls: PretendHouse, text: str) -> None:
    """Not as a name that nobody knows."""
    assert say(text) == "I can do that in the house at once, not later; I can remind you then."
    assert controls.called == []


@pytest.mark.parametrize(
    ("text", "goes_there"),
    [
        ("why don't you unlock the front door", False),
        ("how about having the garage opened", False),
        ("do unlock that front door over there", False),
        ("is it cold outside and unlock the front door somehow", False),
        ("when was the front door last opened by somebody", True),
    ],
)
def test_no_order_about_a_door_goes_there_as_a_question(
    say: Say, controls: PretendHouse, text: str, goes_there: bool
) -> None:
    """A language model in Home Assistant would do it, and nobody would be asked first."""
    controls.talks = True
    controls.answer = HouseAnswer("At noon", understood=True)
    say(text)
    assert bool(controls.asked) is goes_there
    assert controls.called == []


def test_it_is_what_its_own_sentence_names_first(say: Say, controls: PretendHouse) -> None:
    """Not what was spoken of before."""
    say("set the bedroom fan to fifty percent")
    controls.called.clear()
    say("start the tv and turn it up")
    assert {id_ for each in controls.called for id_ in each.entities} == {"media_player.tv"}


def test_all_the_lights_are_more_than_those_of_the_room(say: Say, controls: PretendHouse) -> None:
    lights = {id_ for id_ in controls.home.entities if id_.startswith("light.")}
    for text in ("make all the lights blue", "set all the lights to 40 percent", "lights off everywhere"):
        controls.called.clear()
        say(text)
        assert {id_ for each in controls.called for id_ in each.entities} == lights, text


def test_all_the_way_is_not_all_of_them(say: Say, controls: PretendHouse) -> None:
    say("put the blinds all the way down")
    assert [each.entities for each in controls.called] == [("cover.living_room_blinds",)]
    curtain = controls.home.entities["cover.bedroom_curtain"]
    more = replace(curtain, device_class="blind", name="Bedroom Blinds")
    controls.home = replace(controls.home, entities={**controls.home.entities, more.id: more}, names=9)
    controls.called.clear()
    say("close the blinds all the way down")
    say("open the blinds all the way")
    assert {id_ for each in controls.called for id_ in each.entities} <= {"cover.living_room_blinds"}
