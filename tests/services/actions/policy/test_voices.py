"""Voices and their roles: who may do what where people are told apart by voice, and what the audit log has of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.actions.policy.policy import Policy
from services.actions.policy.roles import Roles, missing
from services.actions.policy.voices import VoiceClient, can_speak, heard_as, voice_of, without_voice
from services.actions.routines.run import client_of
from services.insight.audit import KIND
from services.store.base import Task
from services.store.store import Store
from services.understanding.base import VOCABULARY, Command, Step
from tests.services.actions.policy.office import Office, shipped

ANNA, TIM, STRANGER = (VoiceClient("microphone", name).caller for name in ("Anna", "Tim", ""))


def with_voices(**top: str) -> Roles:
    tree = shipped()
    tree["voices"] = {"Anna": "owner", "tim": {"role": "child", "person": "Timothy Lee"}}
    tree["roles"]["child"] = {"called": "Children", "may": ["timer.*", "task.*", "control.*"], "yes": False}
    return Roles.model_validate(tree | top)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Office]:
    with Store(tmp_path / "equerry.db") as store:
        yield Office(store, with_voices(unknown_voice="guest"))


@pytest.mark.parametrize(
    ("name", "client", "unknown", "role", "person"),
    [
        ("Anna", "microphone", "", "owner", "Anna"),
        ("anna", "satellite:kitchen", "", "owner", "anna"),
        ("Tim", "microphone", "", "child", "Timothy Lee"),
        ("Ruth", "microphone", "", "owner", "Ruth"),  # enrolled, and not listed
        ("Ruth", "satellite:kitchen", "", "member", "Ruth"),
        ("", "microphone", "", "owner", ""),
        ("", "satellite:kitchen", "", "member", ""),
        ("", "microphone", "guest", "guest", ""),
        ("Ruth", "microphone", "guest", "owner", "Ruth"),
    ],
)
def test_who_has_which_role(name: str, client: str, unknown: str, role: str, person: str) -> None:
    identity = with_voices(unknown_voice=unknown).identity(VoiceClient(client, name).caller)
    assert (identity.role, identity.person) == (role, person)


def test_without_voices_all_is_as_before() -> None:
    before, now = Roles.model_validate(shipped()), with_voices(unknown_voice="guest")
    for client in ("microphone", "console", "mqtt:phone", "satellite:kitchen", "button", "routine:x@microphone"):
        assert before.identity(client) == now.identity(client)


def test_a_routine_has_the_role_of_the_voice_that_made_it() -> None:
    assert with_voices().identity(client_of("tidy up", TIM)).role == "child"


@given(st.text(min_size=0, max_size=20), st.sampled_from(["microphone", "satellite:den"]), st.booleans())
def test_a_caller_tells_its_place_whatever_the_name(name: str, client: str, sure: bool) -> None:
    caller = VoiceClient(client, name, sure).caller
    assert without_voice(caller) == client
    assert can_speak(caller)
    found = voice_of(caller)
    assert found is not None
    assert found.sure == sure
    assert sure or not heard_as(caller)


@given(st.text(max_size=30).filter(lambda text: not text.startswith("voice:")))
def test_no_other_client_is_a_voice(client: str) -> None:
    assert voice_of(client) is None
    assert without_voice(client) == client


def test_a_guests_voice_cant_move_money(home: Office) -> None:
    said = home.say(STRANGER, "ledger.credit", customer="Rahul", amount="100")
    assert said == "Guests can't move money. Ask the owner."
    assert home.code == "policy.role"
    entry = home.store.journal.rows(KIND)[-1].fields
    assert (entry["what"], entry["client"], entry["role"]) == ("refused", "voice:@microphone", "guest")


def test_a_childs_voice_cant_delete_projects(home: Office) -> None:
    said = home.say(TIM, "project.delete", name="launch")
    assert said == "Children can't delete projects. Ask the owner."
    entry = home.store.journal.rows(KIND)[-1].fields
    assert (entry["client"], entry["role"], entry["steps"]) == (
        "voice:Tim@microphone",
        "child",
        ["project.delete(name)"],
    )


def test_a_child_undoes_only_what_it_did_itself(home: Office) -> None:
    home.say(ANNA, "task.create", title="call the bank")
    assert "nothing left here to undo" in home.say(TIM, "control.undo") or home.code
    assert [each.title for each in home.store.find(Task)] == ["call the bank"]
    home.say(TIM, "task.create", title="feed the cat")
    assert home.say(TIM, "control.undo") == "Undone: task created: feed the cat."


def test_whoever_sees_all_undoes_what_was_said_at_the_same_place(home: Office) -> None:
    home.say(ANNA, "task.create", title="call the bank")
    home.say(TIM, "task.create", title="feed the cat")
    assert home.say(ANNA, "control.undo") == "Undone: task created: feed the cat."
    assert home.say(VoiceClient("microphone", "Ruth").caller, "control.undo") == "Undone: task created: call the bank."


def test_it_depends_on_who_speaks_where_their_roles_say_so(home: Office) -> None:
    def depends(action: str, *callers: str) -> bool:
        return home.policy.depends(Command("", (Step(action),), 1.0, "template"), callers)

    assert depends("project.delete", ANNA, TIM)
    assert depends("task.delete", ANNA, TIM), "the yes of a child does not count"
    assert not depends("task.create", ANNA, TIM)
    assert not depends("project.delete", TIM, STRANGER), "neither may"


def test_the_speaker_is_a_person(home: Office) -> None:
    policy: Policy = home.policy
    assert policy.speaker(ANNA) == "Anna"
    assert policy.speaker(TIM) == "Timothy Lee"
    assert policy.speaker(STRANGER) == policy.speaker("microphone") == policy.speaker("mqtt:sarah") == ""
    assert policy.speaker(VoiceClient("microphone", "Anna", sure=False).caller) == ""


def test_roles_that_nobody_has_are_told() -> None:
    tree = shipped() | {"unknown_voice": "gest", "voices": {"Tim": "kid", "Ann": {"role": "mamber"}}}
    found = {where: what for where, what, _ in missing(tree, VOCABULARY)}
    assert found == {("unknown_voice",): "gest", ("voices", "Tim"): "kid", ("voices", "Ann"): "mamber"}
