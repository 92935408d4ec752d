"""People: create, query, update, delete."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from services.actions.base import Refused, Unanswered, required
from services.actions.call import Call, Done, family
from services.actions.matching import closest
from services.actions.people.addresses import mail_address, phone_number
from services.actions.people.channels import described
from services.actions.people.known import by_name, known, people, titled
from services.actions.selection import choice
from services.actions.tasks.query import about_one
from services.actions.tasks.rows import OPEN
from services.actions.tasks.which import fitting
from services.actions.wording import be, counted, enumerated, listed, spoken
from services.store.base import Channel, Person

_READ_ALOUD = 5
_NAMES = {"phone": "phone number", "email": "email address", "role": "role", "team": "team"}
_FIELDS: Mapping[str, str] = {
    "nickname": "nickname|nick",
    "name": "name|surname|naam",
    "email": "email|e-mail|mail",
    "phone": "phone|telephone|numbers?|mobile|cell|cellphone|landline|extension|digits",
    "role": "role|title|position|job|function|occupation|profession|designation|post",
    "team": "team|department|division|unit",
    "all": "details|info|information|data|card|record|entry|contact",
}
"""Words of a question → field of a person; the first that fits counts."""
_LEADS = re.compile(
    r"\b(?:responsible|charge|lead(?:s|ing)?|head(?:s|ing)?|run(?:s|ning)|manage[sr]|handles)\b", re.IGNORECASE
)


def create(call: Call) -> Done:
    """Slots: name, role, team, phone, email, nickname. An existing contact gets what is new, after a yes."""
    name = required(titled(spoken(call.text("name"))), "contact.no_name", "What is the name?")
    told = _told(call)
    everybody = call.tx.find(Person)
    namesake = next((each for each in everybody if each.name.casefold() == name.casefold()), None)
    if namesake is None:
        person = call.tx.add(_with(Person(name=name), told))
        said = f"Contact added: {_described(person)}{_shared(person, everybody)}"
        return Done(said, f"contact added: {name}", (person,))
    completed = _with(namesake, told)
    if completed == namesake:
        raise Refused("contact.exists", f"{_described(namesake)} is in your contacts already")
    clash = any(getattr(namesake, field) not in ("", getattr(completed, field)) for field in _NAMES)
    fields = listed([f"the {_NAMES.get(field, field)}" for field in told])
    shall_add = "Shall I add another one?" if clash else f"Shall I add {fields} there?"
    call.confirm(f"There is a {namesake.name} in your contacts already. {shall_add}")
    person = call.tx.add(_with(Person(name=name), told)) if clash else call.tx.put(completed)
    how = "added" if clash else "changed"
    said = f"Contact {how}: {_described(person)}{_shared(person, everybody)}"
    return Done(said, f"contact {how}: {name}", (person,))


def query(call: Call) -> Done:
    """Slots: name; role or team (who has it); field (what is asked of them). Without any, all contacts."""
    field = _field(call.text("field"))
    if call.names("name"):
        found = _asked_for(call)
    elif role := spoken(call.text("role")):
        found = _of(call, role, "role")
        if not found:
            raise Refused("contact.unknown", f"I know no {role}")
        if not field:
            return Done(_who(found, role), about=tuple(found))
    elif team := spoken(call.text("team")):
        return _in_team(call, team)
    else:
        return _everybody(call)
    if field:
        return Done(". ".join(_answer(person, field) for person in found[:_READ_ALOUD]), about=tuple(found))
    if len(found) > 1:
        told = _some([_with_role(person) for person in found])
        return Done(f"{_people(found)}: {told}", about=tuple(found))
    return Done(_described(found[0]), about=tuple(found))


def update(call: Call) -> Done:
    """Slots: name; role, team, phone, email ("none" takes it away), nickname, new_name. Somebody known only from tasks
    becomes a contact.
    """
    required(call.names("name"), "contact.no_name", "Whose details?")
    told = _told(call)
    if new := titled(spoken(call.text("new_name"))):
        told["name"] = new
    meant = people(call, "name")
    if not meant.all:
        raise Refused("contact.self", "I keep no details of you")
    if len(meant.all) > 1:
        raise Unanswered(
            "contact.ambiguous",
            f"Whose: {listed([each.name for each in meant.all[:3]], 'or')}?",
            choice=choice("name", call.names("name")[0], meant.all),
        )
    old = meant.all[0]
    required(told, "contact.no_change", f"What shall I change of {old.name}?")
    everybody = call.tx.find(Person)
    if new and any(each.name.casefold() == new.casefold() and each.id != old.id for each in everybody):
        call.confirm(f"There is a {new} in your contacts already. Rename {old.name} all the same?")
    person = call.tx.put(_with(old, told))
    said = [f"{old.name} is {new} now"] if new else []
    said += [_now(person, field) for field in _NAMES if field in told]
    said += [f"{person.name} is also {told['nickname']} now"] if "nickname" in told else []
    told_of = f"{meant.told()}{'. '.join(said)}{_shared(person, everybody)}"
    return Done(told_of, f"contact changed: {person.name}", (person,))


def delete(call: Call) -> Done:
    """Slots: name. Always asks; undo brings it back. Tasks and channels keep the name as it was told."""
    required(call.names("name"), "contact.no_name", "Whose contact?")
    found = known(call, "name", Person)
    names = listed([each.name for each in found])
    call.confirm(f"Delete {names} from your contacts?")
    for person in found:
        call.tx.remove(person)
    noun = "Contact" if len(found) == 1 else "Contacts"
    return Done(f"{noun} deleted: {names}", f"{noun.lower()} deleted: {names}", tuple(found))


def _now(person: Person, field: str) -> str:
    value = getattr(person, field)
    return f"{person.name}'s {_NAMES[field]} is now {value}" if value else f"{person.name} has no {_NAMES[field]} now"


ACTIONS = family("contact", create, query, update, delete)


def _told(call: Call) -> dict[str, str]:
    """What was told of somebody, by field. Raises Unanswered for what is no number or address."""
    told = {field: spoken(call.text(field)) for field in ("role", "team", "phone", "email", "nickname")}
    gone = {field: "" for field in _NAMES if told[field].casefold() == "none"}
    told |= gone
    for field, read, what in (("phone", phone_number, "telephone number"), ("email", mail_address, "mail address")):
        if told[field]:
            value = read(told[field])
            if value is None:
                raise Unanswered(f"contact.{field}", f"“{told[field]}” is no {what}. What is the {what}?")
            told[field] = value
    told["nickname"] = titled(told["nickname"])
    return {field: value for field, value in told.items() if value} | gone


def _with(person: Person, told: Mapping[str, str]) -> Person:
    fields: dict[str, Any] = {field: value for field, value in told.items() if field != "nickname"}
    nickname = told.get("nickname", "")
    if nickname and nickname.casefold() not in (known.casefold() for known in (*person.nicknames, person.name)):
        fields["nicknames"] = (*person.nicknames, nickname)
    return replace(person, **fields)


def _shared(person: Person, everybody: Sequence[Person]) -> str:
    """Names others with the same number or address: it may be a slip."""
    for field, what in (("phone", "phone number"), ("email", "email address")):
        value = getattr(person, field)
        same = [each.name for each in everybody if value and getattr(each, field) == value and each.id != person.id]
        if same:
            return f". {listed(same)} {'has' if len(same) == 1 else 'have'} the same {what}"
    return ""


def _asked_for(call: Call) -> list[Person]:
    named_in_tasks = [ref.name for ref in call.meant("name") if ref.id == ""]
    if named_in_tasks:
        raise Refused("contact.unknown", f"I know {listed(named_in_tasks)} only by name, from your tasks")
    return known(call, "name", Person)


def _of(call: Call, words: str, field: str) -> list[Person]:
    """Those whose field fits the words best."""
    told = sorted({fields[field] for fields in call.tx.rows(Person).values() if fields[field]})
    best = closest(words, told, str)
    return call.tx.find(Person, lambda fields: fields[field] in best) if best else []


def _who(found: Sequence[Person], role: str) -> str:
    if len(found) == 1:
        return f"{found[0].name} is {_article(found[0].role)}"
    return f"{_people(found)} fit {role}: {enumerated([_with_role(person) for person in found[:_READ_ALOUD]])}"


def _in_team(call: Call, team: str) -> Done:
    found = _of(call, team, "team")
    if _LEADS.search(call.said):
        leading = [each for each in _of(call, team, "role") if _LEADS.search(each.role)]
        leading = leading or [each for each in found if _LEADS.search(each.role)]
        if leading:
            return Done(_who(leading, team), about=tuple(leading))
    channels = [] if found else by_name(call, team, Channel)
    if len(channels) == 1:  # "who is in marketing", where marketing is a channel
        return Done(described(call, channels[0]), about=tuple(channels))
    tasks = [] if found else fitting(call, team, OPEN)
    if len(tasks) == 1:  # "who is responsible for the budget", where that is a task
        return about_one(call, tasks[0])
    if not found:
        raise Refused("contact.no_team", f"I know nobody in {team}")
    told = _some([_with_role(person) for person in found])
    return Done(f"{_people(found)} {be(found)} in {found[0].team}: {told}", about=tuple(found))


def _everybody(call: Call) -> Done:
    found = sorted(call.tx.find(Person), key=lambda person: person.name.casefold())
    if not found:
        return Done("You have no contacts yet. Say, for example: add a contact Anna, phone 555 1234")
    told = _some([person.name for person in found])
    return Done(f"You have {counted(len(found), 'contact')}: {told}", about=tuple(found[:_READ_ALOUD]))


def _people(found: Sequence[Person]) -> str:
    return counted(len(found), "person", "people")


def _some(told: Sequence[str]) -> str:
    more = len(told) - _READ_ALOUD
    return enumerated(told) if more <= 0 else f"{', '.join(told[:_READ_ALOUD])}, and {more} more"


def _field(words: str) -> str:
    """The field asked for; empty where none is. Raises Refused for one that is not kept."""
    if not words:
        return ""
    said = words.casefold()
    found = next((field for field, called in _FIELDS.items() if re.search(rf"\b(?:{called})\b", said)), None)
    if found is None or (re.search(r"\b(?:address|location)\b", said) and found not in ("email", "all")):
        raise Refused("contact.not_kept", f"I don't keep anybody's {said}")
    return found


def _answer(person: Person, field: str) -> str:
    if field == "all":
        return _described(person)
    if field == "name":
        return f"The name is {person.name}"
    if field == "nickname":
        if not person.nicknames:
            return f"I know no nickname of {person.name}"
        return f"{person.name} is called {listed(person.nicknames)}"
    value = getattr(person, field)
    if not value:
        return f"I have no {_NAMES[field]} of {person.name}"
    return f"{person.name} is {_article(value)}" if field == "role" else f"{person.name}'s {_NAMES[field]} is {value}"


def _article(role: str) -> str:
    """the designer; head of sales, as it is."""
    bare = role.casefold().split()[0] in ("the", "a", "an", "head", "vice", "chief") or role.isupper()
    return role if bare else f"the {role}"


def _with_role(person: Person) -> str:
    return f"{person.name}, {person.role}" if person.role else person.name


def _described(person: Person) -> str:
    parts = [person.name, person.role, f"in {person.team}" if person.team else ""]
    parts += [f"phone {person.phone}" if person.phone else "", person.email]
    parts += [f"called {listed(person.nicknames)}" if person.nicknames else ""]
    return ", ".join(part for part in parts if part)
