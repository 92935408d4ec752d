"""The house within one command: noted, done once, told, and put back where the rest fails after all."""

from __future__ import annotations

import pytest

from services.actions.execution.outside import Outside
from services.home.base import HomeRefused, HouseAnswer, ServiceCall
from tests.house import PretendHouse

ON = ServiceCall("light", "turn_on", ("light.kitchen_lights",))
UNLOCK = ServiceCall("lock", "unlock", ("lock.back_door",))


def rehearsed(house: PretendHouse, *calls: ServiceCall) -> Outside:
    outside = Outside(house)
    outside.rehearse()
    for each in calls:
        outside.have([each])
    return outside


def test_a_rehearsal_does_nothing() -> None:
    house = PretendHouse()
    had = rehearsed(house, ON).have([ON])
    assert (house.called, had.before, had.missed) == ([], had.after, frozenset())


def test_what_was_noted_is_done_once_and_told() -> None:
    house = PretendHouse()
    outside = rehearsed(house, ON, ON)
    outside.perform()
    assert house.called == [ON, ON]
    assert outside.have([ON]).after.entities["light.kitchen_lights"].state == "on"
    outside.have([ON])
    assert house.called == [ON, ON]


def test_what_comes_up_only_afterwards_is_done_then() -> None:
    house = PretendHouse()
    outside = rehearsed(house)
    outside.perform()
    outside.have([ON])
    assert house.called == [ON]


def test_a_refusal_is_raised_where_its_step_is_told() -> None:
    house = PretendHouse(refuses=HomeRefused(who="Home Assistant", reason="no"))
    outside = rehearsed(house, ON)
    outside.perform()
    with pytest.raises(HomeRefused):
        outside.have([ON])
    assert outside.take_back(), "nothing was done"


def test_the_house_is_put_back_as_far_as_it_can_be() -> None:
    house = PretendHouse()
    outside = rehearsed(house, ON)
    outside.perform()
    assert outside.take_back()
    assert house.home.entities["light.kitchen_lights"].state == "off"
    both = rehearsed(house, ON, UNLOCK)
    both.perform()
    assert not both.take_back(), "a lock stays as it is"
    assert house.home.entities["light.kitchen_lights"].state == "off"


@pytest.mark.parametrize(
    ("answer", "nothing_left"),
    [
        (HouseAnswer("Done", understood=True), False),
        (HouseAnswer("No", understood=True, refused=True), True),
        (HouseAnswer("Sorry", understood=False), True),
    ],
)
def test_what_was_said_to_its_conversation_can_not_be_called_back(answer: HouseAnswer, nothing_left: bool) -> None:
    outside = Outside(PretendHouse(talks=True, answer=answer))
    outside.rehearse()
    assert outside.converse("water the lawn", "console").text == ""
    outside.perform()
    assert outside.converse("water the lawn", "console") == answer
    assert outside.take_back() is nothing_left
