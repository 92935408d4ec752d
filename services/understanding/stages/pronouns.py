"""What "it", "that task", "him", "the second one" and "the same time" stand for, by what was spoken of before."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache

from services.store.base import all_rows
from services.understanding.base import Command, Reference, Slot, Step
from services.understanding.conversation.memory import Conversation, Mention, latest
from services.understanding.conversation.people import in_focus, people_in, person
from services.understanding.retarget import alike, retargeted
from services.understanding.stages.base import Understanding
from services.understanding.vocabulary import VOCABULARY, Action, EntityKind

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_WHOSE = re.compile(r"\b(?:his|her|their)\b", re.IGNORECASE)
_PERSON = re.compile(r"\b(?:him|her|he|she|his)\b", re.IGNORECASE)
_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
_ABOUT_IT = re.compile(r"\b(?:about|of|to do|for) (?:it|that|this)\b", re.IGNORECASE)
_KEPT_AS_TOLD = ("task.create", "reminder.create")
_THEM = re.compile(r"\b(?:them|him|her)\b", re.IGNORECASE)
_SAME_TIME = re.compile(r"\b(?:at |for )?the same time\b", re.IGNORECASE)


@cache
def _nouns() -> Mapping[str, EntityKind]:
    """What one of a kind is called."""
    return {noun: row.name for row in all_rows() if row.spoken for noun in row.nouns}


@cache
def _pointing() -> re.Pattern[str]:
    nouns, ordinals = _nouns(), "|".join(_ORDINALS)
    return re.compile(
        rf"(?:the same|the|that|this|those|these|same) (?P<noun>{'|'.join(nouns)})s?"
        rf"|(?:the )?(?P<ordinal>{ordinals}|last|other|next)(?: one| {'| '.join(nouns)})?(?: please)?"
        r"|(?:number|no\.?) (?P<number>\d|one|two|three|four|five)"
        r"|(?P<person>him|her|he|she|his|usse|usko|uska|uske|uski|unka|unko)"
        r"|(?P<them>them|those|these|they|their|both|(?:both|all|all two|all three) of (?:them|those|these)"
        r"|(?:them|those|these) (?:all|both))"
        r"|(?:the )?(?P<end>first|last) (?P<many>two|three|four)(?: ones)?"
        rf"|(?:the )?(?P<this>{ordinals})(?: one)? and (?:the )?(?P<other>{ordinals}|last)(?: ones?)?"
        r"|(?P<it>it|that|this|there|that one|this one|the same|the same one|isko|iska|wo|woh)"
    )


@cache
def _noun() -> re.Pattern[str]:
    """Said in a sentence whose template leaves the noun out: "cancel that reminder"."""
    nouns = "|".join(_nouns())
    return re.compile(rf"\b(?:the same|that|this|those|these|same) (?P<noun>{nouns})s?\b", re.IGNORECASE)


def pronouns(said: Understanding) -> Understanding:
    """The command with what its pronouns stand for; a pronoun that stands for nothing known is left as it is."""
    here = people_in(_before_pronoun(said.text), said.names)
    conversation = replace(said.conversation, heard=(*here, *said.conversation.heard)) if here else said.conversation
    command = resolved(said.command, conversation)
    return replace(said, command=command, kinds=frozenset() if said.leans == "question" else _kinds(command))


def _before_pronoun(text: str) -> str:
    """The clauses before that of the last pronoun: "Paul's asking what's for dinner. Tell him leftovers"."""
    found = list(_PERSON.finditer(text))
    head = text[: found[-1].start()] if found else ""
    return head[: max(0, *(head.rfind(mark) for mark in ".,;!?"))]


def resolved(command: Command, conversation: Conversation) -> Command:
    """A command with what its pronouns stand for in a conversation."""
    steps = [_pointed(command.steps[0], command.text)] if len(command.steps) == 1 else command.steps
    return replace(command, steps=tuple(_resolved(step, conversation, command.text) for step in steps))


def _kinds(command: Command) -> frozenset[str]:
    """The kinds of what its pronouns may stand for, resolved or not."""
    kinds: set[str] = set()
    for step in command.steps:
        refers = VOCABULARY[step.action].refers
        kinds.update(kind for ref in step.references if ref.how == "context" for kind in refers.get(ref.slot, ()))
    if (open_one := pointing(command)) is not None:
        kinds.update(VOCABULARY[command.steps[open_one[0]].action].refers[open_one[1]])
    return frozenset(kinds)


def points(words: str) -> bool:
    """Whether the words stand for one of several that were told of: the second one, number two, the last one."""
    found = _pointing().fullmatch(words.lower())
    return found is not None and bool(found["ordinal"] or found["number"] or found["many"] or found["this"])


def _pointed(step: Step, text: str) -> Step:
    """ "Cancel that reminder": what it is about is not left out, but pointed at."""
    action = VOCABULARY[step.action]
    subject = action.subject or ""
    of_nobody = not any(slot in step.slots for slot in action.refers)
    if "person" in action.refers.get(subject, ()) and of_nobody and (whose := _WHOSE.search(text)):
        return replace(step, slots={**step.slots, subject: whose.group()})
    found = _noun().search(text) if subject in action.refers else None
    if found is None or _nouns()[found["noun"].lower()] not in action.refers[subject]:
        return step
    told = step.slots.get(subject, "")
    bare = isinstance(told, str) and told.lower() in ("", found["noun"].lower(), found["noun"].lower() + "s")
    return replace(step, slots={**step.slots, subject: found.group()}) if bare and not step.references else step


def pointing(command: Command) -> tuple[int, str, str] | None:
    """The first pronoun left: index of its step, slot, words."""
    for index, step in enumerate(command.steps):
        for slot in VOCABULARY[step.action].refers:
            told = step.slots.get(slot, ())
            for words in [told] if isinstance(told, str) else told:
                known = any(ref.slot == slot and ref.words == words for ref in step.references)
                if isinstance(words, str) and not known and _pointing().fullmatch(words.lower()) and not _is_me(words):
                    return index, slot, words
    return None


def _is_me(words: str) -> bool:
    return words.lower() in ("me", "myself", "us", "i")


def _resolved(step: Step, conversation: Conversation, text: str) -> Step:
    step = _retargeted(step, conversation)
    action = VOCABULARY[step.action]
    slots: dict[str, Slot] = dict(step.slots)
    references = list(step.references)
    for slot, kinds in action.refers.items():
        told = slots.get(slot)
        if told is None:
            account = slot == action.subject and action.family == "ledger" and "customer" in kinds
            if account and (focus := in_focus(conversation, text)):
                slots[slot] = focus.name
                references.append(_reference(slot, "", focus))
            continue
        several: list[str] = []
        for words in [told] if isinstance(told, str) else [str(each) for each in told]:
            near = _near(conversation, action) if slot == action.subject and _points_at_it(words) else conversation
            meant = [] if any(ref.slot == slot for ref in step.references) else _meant(words, kinds, near)
            if slot == "attendees" and (customer := _customer(words, meant, conversation)):
                several.append(customer)
                continue
            several += [mention.name or words for mention in meant] or [words]  # an alarm may have no name
            references += [_reference(slot, words, mention) for mention in meant]
        # Where one word stands for several things, it stays: which they are, the references tell.
        slots[slot] = several if not isinstance(told, str) else several[0] if len(several) == 1 else told
    untitled = step.action == "reminder.create" and "title" not in slots and _ABOUT_IT.search(text)
    if untitled and (about := next(iter(conversation.mentions), None)):
        slots["title"] = about.name
        references.append(_reference("title", "it", about))
    if step.action in _KEPT_AS_TOLD and isinstance(title := slots.get("title"), str):
        slots["title"] = _with_customer(title, conversation)
    return replace(step, slots=_same_time(slots, conversation.last_when), references=tuple(references))


def _customer(words: str, meant: Sequence[Mention], conversation: Conversation) -> str:
    """ "Is the handover with him tomorrow", behind the account of a customer: who comes need be no contact."""
    found = _pointing().fullmatch(words.lower())
    if found is None or not found["person"] or conversation.customer is None:
        return ""
    last = next((each for each in conversation.mentions if each.kind in ("person", "customer")), None)
    return last.name if last and last.kind == "customer" and last not in meant else ""


def _with_customer(title: str, conversation: Conversation) -> str:
    """ "Send them a reminder", behind the account of a customer: what is kept names them."""
    last = conversation.last.steps[-1] if conversation.last else None
    about = last is not None and VOCABULARY[last.action].family in ("ledger", "customer")
    if not about or conversation.customer is None:
        return title
    return _THEM.sub(conversation.customer.name, title, count=1)


def _reference(slot: str, words: str, mention: Mention) -> Reference:
    return Reference(slot, words, mention.kind, mention.name, mention.id, "context")


def _retargeted(step: Step, conversation: Conversation) -> Step:
    """ "Move it to Monday" of a meeting moves the meeting, though the same words are said of tasks."""
    action = VOCABULARY[step.action]
    told = step.slots.get(action.subject or "")
    if not isinstance(told, str) or not _points_at_any(told):
        return step
    counted = _pointing().fullmatch(told.lower())
    at = _told_at(told, counted, conversation.listed) if counted else []
    for row in alike(step.action):
        mention = at[0] if at else latest(_near(conversation, action), tuple(row))
        if mention and mention.kind in row and row[mention.kind] != step.action:
            return retargeted(step, mention.kind) or step
    return step


def _near(conversation: Conversation, action: Action) -> Conversation:
    """What "it" may be: where that can do harm, only what was spoken of last."""
    return replace(conversation, mentions=conversation.mentions[:1]) if action.risk == "high" else conversation


def _points_at_it(words: str) -> bool:
    found = _pointing().fullmatch(words.lower())
    return found is not None and found["it"] is not None


def _points_at_any(words: str) -> bool:
    found = _pointing().fullmatch(words.lower())
    return found is not None and (bool(found["it"] or found["them"]) or points(words))


def _meant(words: str, kinds: Sequence[str], conversation: Conversation) -> list[Mention]:
    """What a pointing word stands for among things of these kinds; nothing where it points at nothing."""
    found = _pointing().fullmatch(words.lower())
    if found is None or _is_me(words):
        return []
    if found["ordinal"] or found["number"]:
        return _placed(words, found, kinds, conversation)
    if found["many"] or found["this"]:
        return _some(found, [each for each in conversation.listed if each.kind in kinds])
    if found["them"]:
        return _all(conversation, kinds, two="both" in words.lower())
    wanted: Sequence[str] = (
        [_nouns()[found["noun"]]] if found["noun"] else ["person", "customer"] if found["person"] else kinds
    )
    fitting = [kind for kind in wanted if kind in kinds]
    if found["person"]:
        meant = person(conversation, words, fitting)
        return [meant] if meant else []
    return _one(conversation, fitting)


def _placed(words: str, found: re.Match[str], kinds: Sequence[str], conversation: Conversation) -> list[Mention]:
    """What stands at a place of what was told: the second one, number three; the last one may be newer than all."""
    since = latest(conversation, kinds)
    if found["ordinal"] == "last" and since and since not in conversation.listed:
        return [since]
    if at := _told_at(words, found, conversation.listed):
        return [each for each in at if each.kind in kinds]
    listed = [each for each in conversation.listed if each.kind in kinds]
    return _counted(found["ordinal"], found["number"], listed) or (
        _one(conversation, kinds) if found["ordinal"] == "last" else []
    )


def _told_at(words: str, found: re.Match[str], listed: Sequence[Mention]) -> list[Mention]:
    """The second one of things of several kinds, whatever it is; nothing where a kind is said, or clear."""
    says_kind = words.lower().removesuffix(" please").rpartition(" ")[2] in _nouns()
    mixed = len({each.kind for each in listed}) > 1 and not says_kind
    counts = mixed and (found["ordinal"] or found["number"])
    return _counted(found["ordinal"], found["number"], listed) if counts else []


def _all(conversation: Conversation, kinds: Sequence[str], *, two: bool) -> list[Mention]:
    """Them: what was told last, if that is several; both: else the last two of a kind."""
    listed = [each for each in conversation.listed if each.kind in kinds]
    if len(listed) > 1:
        return listed
    if "channel" in kinds and (channel := _written_to(conversation)):
        return [channel]
    if "person" in kinds:
        return _together(conversation)
    latest_two = [each for each in conversation.mentions if each.kind in kinds][:2]
    return latest_two if two and len(latest_two) > 1 else latest_two[:1]


def _one(conversation: Conversation, kinds: Sequence[str]) -> list[Mention]:
    mention = latest(conversation, kinds)
    return [mention] if mention else []


def _written_to(conversation: Conversation) -> Mention | None:
    """The channel that the last message went to."""
    last, latest_one = conversation.last, next(iter(conversation.mentions), None)
    wrote = last is not None and last.steps[-1:] and last.steps[-1].action == "message.send"
    return latest_one if wrote and latest_one and latest_one.kind == "channel" else None


def _together(conversation: Conversation) -> list[Mention]:
    """The people who were named in one breath: those at the head of the mentions, with nothing else between them."""
    people: list[Mention] = []
    for mention in conversation.mentions:
        if mention.kind == "person":
            people.append(mention)
        elif people:
            break
    return people


def _some(found: re.Match[str], listed: Sequence[Mention]) -> list[Mention]:
    """The first two, the second and the last: several of what was told, or none where one of them was not."""
    if found["many"]:
        many = _NUMBERS[found["many"]]
        return list(listed[-many:] if found["end"] == "last" else listed[:many]) if len(listed) >= many else []
    each = [_counted(found[place], None, listed) for place in ("this", "other")]
    return [*each[0], *each[1]] if all(each) else []


def _counted(ordinal: str | None, number: str | None, listed: Sequence[Mention]) -> list[Mention]:
    if ordinal == "last":
        return [listed[-1]] if listed else []
    if ordinal in ("other", "next"):
        return [listed[1]] if len(listed) > 1 else []
    at = _ORDINALS.index(ordinal) if ordinal else (_NUMBERS.get(str(number)) or int(str(number))) - 1
    return [listed[at]] if 0 <= at < len(listed) else []


def _same_time(slots: dict[str, Slot], when: datetime | None) -> dict[str, Slot]:
    """At the same time on Friday: the time of day is that of the last command."""
    told = slots.get("when")
    if when is None or not isinstance(told, str) or not _SAME_TIME.search(told):
        return slots
    day = _SAME_TIME.sub("", told).strip()
    return {**slots, "when": f"{day or when.date().isoformat()} at {when:%H:%M}"}
