"""Whose voice is known: learn, forget, query. The voices themselves are kept by the appliance (base.Voices)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from services.actions.base import Refused, Unanswered, Voices
from services.actions.call import Action, Call, Done, family
from services.actions.people.group import speaker
from services.actions.people.known import MYSELF, bare_name, named, titled
from services.actions.policy.voices import voice_of, without_voice
from services.actions.wording import listed
from services.store.base import Person

_HERE = "microphone"
_OWNER = "owner"


def learn(call: Call) -> Done:
    """Slots: name (whose; me). Begins to ask for a few sentences. Whoever is in no contacts becomes one."""
    voices = _voices(call)
    if without_voice(call.client) != _HERE:
        raise Refused(
            "voice.microphone",
            "I learn a voice only from my own microphone. Say it to me there, or type: equerry voices add",
        )
    if hindrance := voices.hindrance():
        raise Refused("voice.hindered", hindrance)
    person, added = _person(call)
    told = f"Added {person.name} to your contacts. " if added else ""
    if _known(voices, person.name):
        call.confirm(f"I know {person.name}'s voice already. Shall I learn it anew?")
    changed = (person,) if added else ()
    return Done(
        f"{told}I'll learn {person.name}'s voice",
        f"contact added: {person.name}" if added else "",
        changed,
        about=(person,),
        after=(partial(voices.learn, person.name),),
    )


def forget(call: Call) -> Done:
    """Slots: name (whose; me). For good, after a yes."""
    voices = _voices(call)
    words = call.text("name")
    voice = voice_of(call.client)
    if words.casefold() in MYSELF:
        if voice is None or not voice.name or not voice.sure:
            raise Unanswered("voice.name", f"Whose voice shall I forget? I know {_all(voices)}")
        words = voice.name
    words = bare_name(words, Person)
    name = _known(voices, words)
    if name is None:
        raise Refused("voice.unknown", f"I don't know the voice of {titled(words)}. I know {_all(voices)}")
    call.confirm(f"Forget {name}'s voice for good?")
    return Done(f"I've forgotten {name}'s voice", after=(partial(voices.forget, name),))


def query(call: Call) -> Done:
    """Whose voices are known."""
    voices = _voices(call)
    if not voices.names():
        return Done("I know nobody by voice. Say, learn my voice, and I will")
    return Done(f"I know {_all(voices)}")


ACTIONS: Mapping[str, Action] = family("voice", learn, forget, query)


def _voices(call: Call) -> Voices:
    """Raises Refused where there is no microphone."""
    voices = call.appliance.voices if call.appliance else None
    if voices is None:
        raise Refused("voice.none", "Nobody speaks to me here, so I know no voices. The appliance must be running")
    return voices


def _all(voices: Voices) -> str:
    return f"the voice of {listed(voices.names())}" if voices.names() else "nobody's voice"


def _known(voices: Voices, words: str) -> str | None:
    """Whose voice is meant: by the whole name, else by a first name that one alone has."""
    folded = words.casefold()
    exact = [name for name in voices.names() if name.casefold() == folded]
    first = [name for name in voices.names() if name.casefold().split()[0] == folded]
    return exact[0] if exact else first[0] if len(first) == 1 else None


def _person(call: Call) -> tuple[Person, bool]:
    """Whose voice it is to be, among the contacts, and whether they just became one. Raises Unanswered."""
    words = call.text("name")
    if words.casefold() in MYSELF or not words:
        return _oneself(call), False
    found = named(call, "name", call.names("name")[0], Person)
    if found:
        return found[0], False
    return call.tx.add(Person(name=titled(bare_name(words, Person)))), True


def _oneself(call: Call) -> Person:
    """Whoever speaks: by the voice, else the owner whom the setup made a contact, where no voice is known yet."""
    me = speaker(call)
    if me and (person := call.tx.get(Person, me.id)):
        return person
    owners = call.tx.find(Person, lambda fields: fields["role"].casefold() == _OWNER)
    if len(owners) == 1 and not _voices(call).names():
        return owners[0]
    raise Unanswered("voice.name", "What's your name?")
