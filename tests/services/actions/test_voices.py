"""Whose voice is known: learnt, forgotten and asked about, by whom and where."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from services.actions.policy.voices import VoiceClient
from services.store.base import Person
from tests.appliance import MockAppliance


class Voices:
    """Remembers what was asked of it."""

    def __init__(self, *known: str, hindrance: str = "") -> None:
        self.known, self.why = list(known), hindrance
        self.wanted: list[str] = []

    def names(self) -> Sequence[str]:
        return self.known

    def hindrance(self) -> str:
        return self.why

    def learn(self, name: str) -> None:
        self.wanted.append(name)

    def forget(self, name: str) -> None:
        self.known.remove(name)


@pytest.fixture
def voices(desk: Any) -> Voices:
    return at(desk, Voices())


def at(desk: Any, voices: Voices, voice: str | None = None) -> Voices:
    desk.appliance = MockAppliance()
    desk.appliance.voices = voices
    desk.client = "microphone" if voice is None else VoiceClient("microphone", voice).caller
    return voices


def contacts(desk: Any) -> list[str]:
    return [person.name for person in desk.store.find(Person)]


def test_whoever_is_in_no_contacts_becomes_one(desk: Any, voices: Voices) -> None:
    said = desk.say("voice.learn", name="Ruth")
    assert said == "Added Ruth to your contacts. I'll learn Ruth's voice."
    assert (voices.wanted, contacts(desk)) == (["Ruth"], ["Ruth"])


def test_a_contact_is_known_by_the_whole_name(desk: Any, voices: Voices) -> None:
    desk.say("contact.create", name="Anna Schmidt")
    assert desk.say("voice.learn", name="Anna") == "I'll learn Anna Schmidt's voice."
    assert voices.wanted == ["Anna Schmidt"]


def test_where_two_have_the_name_it_asks_which(desk: Any, voices: Voices) -> None:
    desk.say("contact.create", name="Anna Schmidt")
    desk.say("contact.create", name="Anna Weber")
    assert desk.say("voice.learn", name="Anna") in ("Anna Schmidt or Anna Weber?", "Anna Weber or Anna Schmidt?")
    assert desk.awaits
    assert voices.wanted == []


def test_mine_is_the_owners_where_nobody_is_known(desk: Any, voices: Voices) -> None:
    desk.say("contact.create", name="Ben", role="owner")
    assert desk.say("voice.learn", name="me") == "I'll learn Ben's voice."
    assert voices.wanted == ["Ben"]


def test_mine_is_asked_for_where_nobody_knows(desk: Any, voices: Voices) -> None:
    assert desk.say("voice.learn", name="me") == "What's your name?"
    assert desk.awaits
    desk.say("contact.create", name="Ben", role="owner")
    at(desk, Voices("Ben"), "")
    assert desk.say("voice.learn", name="me") == "What's your name?", "it may be a guest"


def test_mine_is_whose_voice_it_is(desk: Any) -> None:
    desk.say("contact.create", name="Anna Schmidt")
    voices = at(desk, Voices("Anna Schmidt"), "Anna Schmidt")
    assert desk.say("voice.learn", name="me") == "I know Anna Schmidt's voice already. Shall I learn it anew?"
    assert voices.wanted == []
    assert desk.agree() == "I'll learn Anna Schmidt's voice."
    assert voices.wanted == ["Anna Schmidt"]


@pytest.mark.parametrize("client", ["console", "mqtt:phone", "wyoming:192.0.2.5", "satellite:kitchen"])
def test_only_the_microphone_learns(desk: Any, voices: Voices, client: str) -> None:
    desk.client = client
    assert desk.say("voice.learn", name="Ruth").startswith("I learn a voice only from my own microphone.")
    assert (voices.wanted, contacts(desk)) == ([], [])


def test_what_hinders_it_is_told(desk: Any) -> None:
    voices = at(desk, Voices(hindrance="The model is not installed. Run: equerry models pull"))
    assert desk.say("voice.learn", name="Ruth") == "The model is not installed. Run: equerry models pull."
    assert (voices.wanted, contacts(desk)) == ([], [])


def test_where_nothing_is_heard_nobody_is_known(desk: Any) -> None:
    for action, slots in (("voice.learn", {"name": "me"}), ("voice.forget", {"name": "me"}), ("voice.query", {})):
        assert "I know no voices" in desk.say(action, **slots)


@pytest.mark.parametrize("words", ["Anna", "anna schmidt", "Anna's"])
def test_forgetting_takes_a_yes(desk: Any, words: str) -> None:
    voices = at(desk, Voices("Anna Schmidt", "Ben"))
    assert desk.say("voice.forget", name=words) == "Forget Anna Schmidt's voice for good?"
    assert voices.known == ["Anna Schmidt", "Ben"]
    assert desk.agree() == "I've forgotten Anna Schmidt's voice."
    assert voices.known == ["Ben"]


def test_my_voice_is_forgotten_only_where_it_is_known(desk: Any) -> None:
    voices = at(desk, Voices("Anna", "Ben"), "")
    assert desk.say("voice.forget", name="me") == "Whose voice shall I forget? I know the voice of Anna and Ben."
    at(desk, voices, "Ben")
    assert desk.say("voice.forget", name="me") == "Forget Ben's voice for good?"
    desk.agree()
    assert voices.known == ["Anna"]


def test_nobody_of_that_name(desk: Any) -> None:
    at(desk, Voices("Anna"))
    assert desk.say("voice.forget", name="ruth") == "I don't know the voice of Ruth. I know the voice of Anna."


def test_whose_voice_is_known(desk: Any) -> None:
    at(desk, Voices())
    assert desk.say("voice.query") == "I know nobody by voice. Say, learn my voice, and I will."
    at(desk, Voices("Anna", "Ben"))
    assert desk.say("voice.query") == "I know the voice of Anna and Ben."
