"""Orders to the house through the whole of a command: understood, judged, rehearsed, carried out, told, undone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from device.commands.directory import StoreDirectory
from device.commands.responder import Responder
from device.configuration.load import load
from device.wiring.commands import build_parser, build_responder
from services.home.base import Home, HomeRefused, HomeSilent, HouseAnswer
from services.store.base import HomeChange, Reminder, Task
from services.store.store import Store
from services.understanding.parser import CommandParser
from tests.house import Here, PretendHouse, house
from tests.own_roles import environ_with_roles

ROLES = '[clients]\n"mqtt:guest" = "guest"\n"mqtt:member" = "member"\n'


@pytest.fixture(scope="module")
def environ(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return environ_with_roles(tmp_path_factory.mktemp("home"), ROLES)


@pytest.fixture(scope="module")
def parser(environ: dict[str, str]) -> CommandParser:
    return build_parser(load(environ), controls=Here())  # type: ignore[arg-type]


@pytest.fixture
def controls() -> PretendHouse:
    Here.controls = PretendHouse()
    return Here.controls


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "equerry.db") as opened:
        yield opened


@pytest.fixture
def responder(
    environ: dict[str, str],
    parser: CommandParser,
    store: Store,
    controls: PretendHouse,
    monkeypatch: pytest.MonkeyPatch,
) -> Responder:
    monkeypatch.setenv("EQUERRY_ROLES", environ["EQUERRY_ROLES"])
    return build_responder(load(environ), store, parser, StoreDirectory(store, controls), controls=controls)


Say = Callable[..., str]


@pytest.fixture
def say(responder: Responder) -> Say:
    return lambda text, client="console": responder.respond(text, client=client).reply.text


def state(controls: PretendHouse, id_: str) -> str:
    return controls.home.entities[id_].state


def test_the_reply_is_what_the_house_did(say: Say, controls: PretendHouse) -> None:
    assert say("turn on the kitchen lights") == "Kitchen Lights turned on."
    assert state(controls, "light.kitchen_lights") == "on"
    assert say("turn on the kitchen lights") == "Kitchen Lights were on already."
    assert say("turn the living room lights off") == "Ceiling Light and Floor Lamp turned off."
    assert say("is the garage door open") == "No, Garage Door is closed."
    assert say("what's the temperature in the living room") == "It is 21.5 degrees in the Living Room."


def test_several_and_ours_in_one_sentence(say: Say, controls: PretendHouse, store: Store) -> None:
    said = say("turn off the bed light and the ceiling light and remind me to lock the door at ten pm")
    assert said.startswith("Bed Light turned off. Ceiling Light turned off. I'll remind you")
    assert [each.title for each in store.find(Reminder)] == ["lock the door"]
    assert (state(controls, "light.bed_light"), state(controls, "light.ceiling_light")) == ("off", "off")


@pytest.mark.parametrize(
    "text",
    [
        "Remind me tomorrow at nine to lock the front door and turn off the kitchen lights",
        "Create a task to clean the windows and close the garage door",
        "Note that the kitchen lights are broken and turn off the ceiling light",
    ],
)
def test_what_belongs_to_words_is_not_done(say: Say, controls: PretendHouse, text: str) -> None:
    say(text)
    assert controls.called == []


def test_what_does_not_move_is_not_said_to_have(say: Say, controls: PretendHouse) -> None:
    controls.deaf = frozenset(("light.kitchen_lights",))
    assert say("turn on the kitchen lights") == "Home Assistant took it, but Kitchen Lights are still off."
    controls.deaf = frozenset(("light.ceiling_light",))
    assert say("turn the living room lights off") == "Floor Lamp turned off, but Ceiling Light is still on."


def test_a_refusal_is_told_and_nothing_of_ours_is_lost(say: Say, controls: PretendHouse, store: Store) -> None:
    controls.refuses = HomeSilent(who="Home Assistant", seconds=5)
    assert say("turn on the kitchen lights") == (
        "Home Assistant did not answer within 5 seconds, so I can't tell whether it was done."
    )
    assert store.find(HomeChange) == []
    said = say("turn on the kitchen lights and remind me to water the plants at ten pm")
    assert said.startswith("I'll remind you")
    assert said.endswith(
        "But I couldn't switch that on: Home Assistant did not answer within 5 seconds, so I can't tell whether it was"
        " done."
    )
    assert len(store.find(Reminder)) == 1
    controls.refuses = HomeRefused(who="Home Assistant", reason="no such thing")
    assert say("turn on the kitchen lights") == "Home Assistant says: no such thing."


def test_the_house_is_left_alone_where_the_rest_can_not_be_done(say: Say, controls: PretendHouse, store: Store) -> None:
    said = say("turn on the kitchen lights and complete the task paint the fence")
    assert "paint the fence" in said
    assert controls.called == []
    assert store.find(HomeChange) == []


def test_undo_puts_back_what_was(say: Say, controls: PretendHouse, store: Store) -> None:
    before = controls.home.entities["light.floor_lamp"]
    say("turn the living room lights off and create a task to buy bulbs")
    assert state(controls, "light.floor_lamp") == "off"
    assert say("undo") == "Undone: Ceiling Light and Floor Lamp turned off; task created: buy bulbs."
    after = controls.home.entities["light.floor_lamp"]
    assert (after.state, after.attributes["brightness"], after.attributes["hs_color"]) == (
        "on",
        before.attributes["brightness"],
        before.attributes["hs_color"],
    )
    assert store.find(Task) == []
    assert store.find(HomeChange) == []


def test_nothing_is_undone_where_the_house_does_not_answer(say: Say, controls: PretendHouse, store: Store) -> None:
    say("turn on the kitchen lights")
    controls.refuses = HomeSilent(who="Home Assistant", seconds=5)
    assert "did not answer" in say("undo")
    controls.refuses = None
    assert say("undo").startswith("Undone")
    assert state(controls, "light.kitchen_lights") == "off"


@pytest.mark.parametrize(
    ("text", "question", "id_", "after"),
    [
        ("open the garage door", "Open the Garage Door?", "cover.garage_door", "open"),
        ("unlock the back door", "Unlock the Back Door?", "lock.back_door", "unlocked"),
        ("lock the front door", "Lock the Front Door?", "lock.front_door", "locked"),
        ("arm the alarm", "Arm the House Alarm?", "alarm_control_panel.house_alarm", "armed_away"),
        ("disarm the alarm", "Disarm the House Alarm?", "alarm_control_panel.house_alarm", "disarmed"),
        ("turn the house alarm off", "Disarm the House Alarm?", "alarm_control_panel.house_alarm", "disarmed"),
    ],
)
def test_what_keeps_others_out_is_asked_about(
    say: Say, controls: PretendHouse, text: str, question: str, id_: str, after: str
) -> None:
    assert say(text) == question
    assert controls.called == []
    say("yes")
    assert state(controls, id_) == after


def test_a_no_leaves_it(say: Say, controls: PretendHouse) -> None:
    say("open the garage door")
    assert say("no") == "All right, nothing was done."
    assert controls.called == []


def test_roles_say_who_may_what(say: Say, controls: PretendHouse) -> None:
    assert say("open the garage door", client="mqtt:member").startswith(
        "Members can't unlock doors, open garages or disarm the alarm."
    )
    assert say("unlock the back door", client="mqtt:guest").startswith("Guests can't")
    assert controls.called == []
    assert say("turn on the kitchen lights", client="mqtt:guest") == "Kitchen Lights turned on."


def test_a_room_that_was_not_told_is_asked_for(say: Say, controls: PretendHouse) -> None:
    assert say("turn off the lights") == "In which room?"
    assert say("the living room") == "Ceiling Light and Floor Lamp turned off."


def test_it_goes_on_about_what_was_commanded(say: Say, controls: PretendHouse) -> None:
    say("turn on the kitchen lights")
    assert say("and the office light too") == "Office Light turned on."
    assert say("turn it off again") == "Office Light turned off."
    say("turn on the kitchen lights and set a timer for ten minutes")
    assert say("turn them off") == "Kitchen Lights turned off."
    say("set the ceiling light to 50 percent")
    assert say("a bit brighter") == "Ceiling Light brighter, at 60 percent."
    say("turn off the lights in the living room")
    assert say("and on again") == "Ceiling Light and Floor Lamp turned on."
    assert say("is it still on") == "Yes, Ceiling Light and Floor Lamp are on."


def test_a_routine_reaches_the_house(say: Say, controls: PretendHouse, store: Store) -> None:
    say("When I say bedtime, turn off the bed light and close the living room blinds")
    assert controls.called == []
    assert say("bedtime") == "Bed Light turned off. Living Room Blinds closed."
    assert state(controls, "light.bed_light") == "off"


def test_what_nobody_understands_goes_to_home_assistant(say: Say, controls: PretendHouse) -> None:
    controls.talks, controls.answer = True, HouseAnswer("The dishwasher needs 20 minutes.", understood=True)
    assert say("how long does the dishwasher still need") == "The dishwasher needs 20 minutes."
    controls.answer = HouseAnswer("Sorry, I couldn't understand that", understood=False)
    assert say("flurb the gnarl today") == "I didn't understand “flurb the gnarl today”."
    assert say("what's the weather like") == "I can't tell the weather yet; I can tell you what is on your calendar."
    controls.answer = HouseAnswer("No device is called dungeon", understood=True, refused=True)
    assert say("turn on the dungeon lights") == "No device is called dungeon."
    assert controls.asked[-1] == "turn on the dungeon lights"


@pytest.mark.parametrize(
    "text",
    ["unbolt the front entrance for the postman", "let the garage go up a little", "please get the back door going"],
)
def test_what_keeps_others_out_is_not_ordered_there(say: Say, controls: PretendHouse, text: str) -> None:
    controls.talks, controls.answer = True, HouseAnswer("Unlocked", understood=True)
    assert "Unlocked" not in say(text)
    assert controls.asked == []
    assert say("who was the last one to come through the garage") == "Unlocked."


def test_what_we_understand_is_never_asked(say: Say, controls: PretendHouse) -> None:
    controls.talks = True
    say("add milk to the shopping list")
    say("what time is it")
    assert controls.asked == []


def test_its_names_are_shown_to_the_recogniser(store: Store, controls: PretendHouse) -> None:
    directory = StoreDirectory(store, controls)
    assert "Fountain" in directory.hints(["turn on the fountin"], known=frozenset(("turn", "on", "the")))
    controls.home = Home(names=9)
    assert directory.hints(["turn on the fountin"], known=frozenset(("turn", "on", "the"))) == ()


def test_who_does_not_answer_is_asked_once(say: Say, controls: PretendHouse) -> None:
    tried = []

    def silent(calls: object) -> Home:
        tried.append(calls)
        raise HomeSilent(who="Home Assistant", seconds=5)

    controls.call = silent  # type: ignore[method-assign, assignment]
    said = say("turn on the kitchen lights and turn off the bed light and set a timer for ten minutes")
    assert len(tried) == 1
    assert said.startswith("Timer set for 10 minutes.")
    assert said.count("did not answer") == 2


def test_while_the_house_is_away_it_says_so(say: Say, controls: PretendHouse) -> None:
    controls.home = Home()
    assert say("turn on the kitchen light") == (
        "Nothing of the house can be reached at the moment; equerry status says why."
    )
    controls.home = house()
    assert say("turn on the dungeon light") == "I know nothing of that name in this house, or can't do that with it."


def test_without_a_house_it_says_what_it_needs(environ: dict[str, str], store: Store) -> None:
    parser = build_parser(load(environ))
    responder = build_responder(load(environ), store, parser, StoreDirectory(store))
    assert responder.respond("turn on the kitchen light", client="console").reply.text == (
        "I can't switch lights or machines yet; that needs Home Assistant connected. I can set a timer or an alarm."
    )
