"""Each role against each family, and who is who."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from services.actions.policy.denied import Denied
from services.actions.policy.roles import APPLIANCE, Role, Roles, missing
from services.actions.routines.run import client_of
from services.insight.audit import KIND
from services.understanding.base import VOCABULARY
from tests.services.actions.policy.office import CLIENTS, Office, shipped

MAY = {
    # what one gives: member, guest, automation (the owner may do everything)
    "task.create": "ma",
    "task.query": "mga",
    "task.delete": "m",
    "task.complete": "ma",
    "project.create": "m",
    "project.query": "mga",
    "project.delete": "",
    "list.add": "mga",
    "list.query": "mga",
    "list.delete": "",
    "reminder.create": "ma",
    "reminder.cancel": "ma",
    "timer.start": "mga",
    "alarm.create": "ma",
    "meeting.create": "m",
    "meeting.query": "mga",
    "meeting.cancel": "m",
    "message.send": "m",
    "message.query": "m",
    "channel.create": "m",
    "channel.query": "mga",
    "channel.delete": "",
    "file.share": "m",
    "file.query": "m",
    "file.delete": "",
    "report.create": "m",
    "note.create": "ma",
    "note.query": "m",
    "note.update": "m",
    "note.delete": "m",
    "contact.create": "m",
    "contact.query": "m",
    "customer.create": "",
    "customer.query": "m",
    "ledger.balance": "m",
    "ledger.credit": "",
    "ledger.debit": "",
    "ledger.payment": "",
    "ledger.history": "m",
    "routine.run": "ma",
    "routine.create": "",
    "routine.delete": "",
    "routine.status": "ma",
    "routine.undo": "",
    "search.query": "m",
    "datetime.query": "mga",
    "device.query": "mga",
    "device.backup": "",
    "control.undo": "mga",
    "job.query": "mga",
    "job.cancel": "mga",
    "control.stop": "mga",
    "control.mute": "mga",
    "control.unmute": "m",
    "control.setup": "m",
}
OF_THE_APPLIANCE = {
    "appliance.say": "ma",
    "appliance.listen": "m",
    "appliance.stop": "ma",
    "appliance.mute": "ma",
    "appliance.unmute": "",
    "appliance.ask": "m",
    "appliance.settings": "a",
    "appliance.documents": "",
    "appliance.update": "",
}


@pytest.mark.parametrize(("action", "allowed"), [*MAY.items(), *OF_THE_APPLIANCE.items()])
def test_who_may_do_what(action: str, allowed: str) -> None:
    roles = Roles.model_validate(shipped()).roles
    assert roles["owner"].allows(action)
    assert "".join(name[0] for name in ("member", "guest", "automation") if roles[name].allows(action)) == allowed


def test_the_table_is_about_what_there_is() -> None:
    assert MAY.keys() <= VOCABULARY.keys()
    assert tuple(OF_THE_APPLIANCE) == APPLIANCE


@pytest.mark.parametrize("role", sorted(CLIENTS))
def test_what_is_asked_of_the_appliance_is_refused_and_recorded(office: Office, role: str) -> None:
    client = f"{CLIENTS[role]}#kitchen" if role in ("member", "automation") else CLIENTS[role]
    for action, roles in OF_THE_APPLIANCE.items():
        allowed = role == "owner" or role[0] in roles
        assert office.policy.allows(client, action) == allowed
        if allowed:
            office.policy.demand(client, action, office.now)
            continue
        with pytest.raises(Denied, match=r" can't .*\. Ask the owner") as raised:
            office.policy.demand(client, action, office.now)
        assert raised.value.reason == "policy.role" and office.log()[-1] == ("refused", role, "policy.role")
        assert office.store.journal.rows(KIND)[-1].fields["client"] == CLIENTS[role], "a conversation is nobody"
        assert office.store.journal.rows(KIND)[-1].fields["steps"] == [action]


@pytest.mark.parametrize("role", sorted(CLIENTS))
def test_a_refusal_is_said_and_recorded(office: Office, role: str) -> None:
    for action, roles in MAY.items():
        said = office.say(CLIENTS[role], action)
        allowed = role == "owner" or role[0] in roles
        assert (office.code == "policy.role") != allowed, said
        if not allowed:
            assert " can't " in said and "Ask the owner" in said
            assert office.log()[-1] == ("refused", role, "policy.role")


def test_what_is_forbidden_wins_over_what_is_allowed() -> None:
    assert not Role(may=("!task.*", "task.create", "*")).allows("task.create")
    assert Role(may=("*.query", "!ledger.*")).allows("task.query")
    assert not Role(may=("*.query",)).allows("task.create")
    assert not Role().allows("task.query")


@pytest.mark.parametrize(
    ("client", "role"),
    [
        ("microphone", "owner"),
        ("console", "owner"),
        ("mqtt:home", "automation"),
        ("mqtt:sarah", "member"),
        ("MICROPHONE", "guest"),
        ("", "guest"),
        ("mqtt", "guest"),
        ("routine:Monday", "guest"),
        ("routine:Monday@console", "owner"),
        ("routine:Monday@mqtt:home", "automation"),
        ("routine:a@b@stranger", "guest"),
        ("routine:Monday@routine:other@console", "owner"),
        ("mqtt:sarah#kitchen", "member"),
        ("mqtt:sarah#", "member"),
        ("mqtt:home#@console", "automation"),
        ("mqtt:home@console", "automation"),
        ("routine:Monday@mqtt:home#@console", "automation"),
        ("routine:Monday@mqtt:home@microphone", "automation"),
        ("mqtt:anyone", "guest"),
        ("mqtt:anyone#mqtt:sarah", "guest"),
        ("mqtt:anyones", "automation"),
        ("console#1", "guest"),
        ("file:/tmp/a.wav", "owner"),
    ],
)
def test_who_is_who(client: str, role: str) -> None:
    assert Roles.model_validate(shipped()).of(client)[0] == role


@pytest.mark.parametrize(
    "by", ["mqtt:home", "mqtt:home#@console", "mqtt:home@microphone", "routine:early@mqtt:home#@console"]
)
def test_a_routine_has_the_role_of_who_had_it_do_so_whatever_they_are_called(by: str) -> None:
    assert Roles.model_validate(shipped()).of(client_of("clean@console", by))[0] == "automation"


@pytest.mark.parametrize(
    "change",
    [
        {"default": 1},
        {"roles": {"owner": {"may": "task.*"}}},
        {"roles": {"owner": {"steps": 0}}},
        {"roles": {"owner": {"sees": "some"}}},
        {"clients": {"console": {"person": "Anna"}}},
        {"clients": {"console": 7}},
        {"more": True},
    ],
)
def test_what_is_no_roles_file_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Roles.model_validate({**shipped(), **change})


def test_what_is_named_and_not_there_is_told() -> None:
    tree = shipped()
    tree["default"] = "gest"
    tree["clients"]["phone"] = {"role": "membr"}
    tree["roles"]["guest"]["may"] = ["task.querry", "!leger.*", "appliance.*", "appliance.say", "appliance.shout"]
    found = [(where, what) for where, what, _ in missing(tree, VOCABULARY)]
    assert found == [
        (("default",), "gest"),
        (("clients", "phone"), "membr"),
        (("roles", "guest", "may"), "task.querry"),
        (("roles", "guest", "may"), "!leger.*"),
        (("roles", "guest", "may"), "appliance.shout"),
    ]
    assert missing({}, VOCABULARY)[0][1] == "owner"
    assert not missing(shipped(), VOCABULARY)
