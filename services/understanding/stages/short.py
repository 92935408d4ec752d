"""Sentences that need a command before them: "invite Anna too" of a meeting, "remove the milk" of a list."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from services.understanding.base import Command, Slot, Step
from services.understanding.conversation.additions import listed_items, told
from services.understanding.conversation.memory import Conversation, latest
from services.understanding.names.base import NameFound
from services.understanding.retarget import ending
from services.understanding.stages.base import Understanding
from services.understanding.stages.tasks.only import is_of_a_task
from services.understanding.vocabulary import VOCABULARY

_SURE = 0.8
_ADDS = re.compile(r"(?:(?:and|also|then|please)\s+)*(?:add|invite|include|bring|put)\s+(?:also\s+)?", re.IGNORECASE)
_REMOVES = re.compile(
    r"(?:(?:and|also|then|please)\s+)*(?:remove|take off|take|drop|delete|uninvite|kick|cross off|cross|tick"
    r" off|tick)\s+",
    re.IGNORECASE,
)
_ONCE_MORE = re.compile(r"^(?:and|also|plus)\b|\b(?:too|as well|also|again)[.!?]*$", re.IGNORECASE)
_BEHIND = re.compile(
    r"\s+(?:too|as well|again|please|in|on|off|out|away|to (?:it|that)|from (?:it|that))(?=[\s.!]*$)", re.IGNORECASE
)
_SWITCHES = re.compile(
    r"(?:(?:now|ok|okay)\s+)*(?:switch|change|go|move)(?: over| back)? to (?P<name>.+)", re.IGNORECASE
)
_DETAILS: Mapping[str, re.Pattern[str]] = {
    "phone": re.compile(
        r"(?P<who>his|her|their) (?:phone |telephone |mobile |cell )?number is (?P<what>.+)", re.IGNORECASE
    ),
    "email": re.compile(r"(?P<who>his|her|their) e-?mail(?: address)? is (?P<what>.+)", re.IGNORECASE),
    "role": re.compile(r"(?P<who>his|her|their) (?:role|job|title) is (?P<what>.+)", re.IGNORECASE),
    "team": re.compile(
        r"(?P<who>he|she) (?:is|works) in (?:the )?(?P<what>[\w ]{1,30}?)(?: team| department)?", re.IGNORECASE
    ),
}
"""What is told of somebody just spoken of, by slot of contact.update."""
_ONE_WORD: Mapping[str, Mapping[str, str]] = {
    "timer": {"pause": "timer.pause"},
}
_BIT = r"(?:(?:tiny )?(?:bit|little|touch|tad|notch)[\s,]+)?"
_LOUDER = re.compile(
    r"(?:(?:just|still|even|and|a|yet|one|ok|okay|no)[\s,]+)*"
    rf"(?:(?P<more>{_BIT}(?:more|further|again)|another (?:bit|little|touch|tad|notch|step))|(?P<less>{_BIT}less)"
    rf"|too much|{_BIT}back|not (?:that|so) much)(?: still| than that| please)*",
    re.IGNORECASE,
)
"""Behind a change of the volume: once more, or back."""
_OTHER_WAY = {"up": "down", "down": "up"}
_RESUMES = re.compile(
    r"(?:(?:so|and|then|now|just|please|you can|you may|let it)\s+)*(?:resume|continue|go on|carry on|keep going|run"
    r"|run on|unpause|start(?: it| that)? again)(?: with)?(?: it| that)?(?: again| now| running| on)*"
)
_CANCELS_IT = frozenset(("cancel it", "cancel that", "cancel this"))
_DELETES_LAST = re.compile(
    r"(?:delete|remove|cancel|drop|scrap|bin)(?P<last> the last (?:one|task|reminder|note|alarm|timer|meeting))",
    re.IGNORECASE,
)
_TICKS = re.compile(r"(?:tick|check|cross|mark) (?:off (?P<first>.+)|(?P<last>.+) off)", re.IGNORECASE)
"""Behind a list, what is ticked off stands on it, and is no task."""
_CONTENT = ("it", "that", "this", "the message", "that message", "the same message")
_TAKEN_BACK = re.compile(
    r"(?:(?:oh|ah|no|nope|wait|hm+|hang on|hold on|actually|sorry|well|damn)\b[\s,.!]*)*"
    r"(?:undo|undo (?:that|it)|scratch (?:that|it)|scrap (?:that|it)|take (?:that"
    r"|it) back)(?: again)?[,.;:!]+\s+(?P<why>.+)",
    re.IGNORECASE,
)
""" "Oh no, scratch that, the castle's got its own": with why."""
_TAKES_BACK = frozenset(("scratch that", "scrap that", "scrap it", "scratch it"))


def louder(said: Understanding) -> Understanding | None:
    """ "Bit more", "too much", behind a change of the volume."""
    tuned = said.conversation.tuned
    more = _LOUDER.fullmatch(said.text.lower().strip(" .!,").removesuffix(" please")) if tuned else None
    direction = str(tuned.slots.get("direction")) if tuned else ""
    if tuned is None or more is None or direction not in _OTHER_WAY:
        return None
    way = direction if more["more"] else "down" if more["less"] else _OTHER_WAY[direction]
    return said.found(_command(said.text, tuned.action, {**tuned.slots, "direction": way}), "talk")


def shorthand(said: Understanding) -> Understanding | None:
    """What means something else behind a command: "cancel that" of a timer, "scratch that", "resume"."""
    return said.found(_preferred(said), "talk")


def _preferred(said: Understanding) -> Command | None:
    text, conversation = said.text, said.conversation
    words = text.lower().strip(" .!,").removesuffix(" please")
    head = conversation.mentions[0].kind if conversation.mentions else ""
    reason = _TAKEN_BACK.fullmatch(text.strip())
    told_why = reason is not None and not said.read(reason["why"]).steps
    if (words in _TAKES_BACK or told_why) and conversation.written:
        return _command(text, "control.undo", {})
    ends = ending(head)
    if words in _CANCELS_IT and ends.endswith(".cancel"):
        return _about(text, ends, "it")
    if (last := _DELETES_LAST.fullmatch(words)) and ends:
        return _about(text, ends, last["last"].strip())
    family = VOCABULARY[conversation.last.steps[-1].action].family if conversation.last else ""
    if family == "list" and (ticked := _TICKS.fullmatch(text.strip(" .!"))):
        what = ticked["first"] or ticked["last"]
        items = [] if is_of_a_task(said, what) else listed_items(what)
        return _about(text, "list.complete", "it", {"items": items}) if items else None
    action = "timer.resume" if head == "timer" and _RESUMES.fullmatch(words) else _ONE_WORD.get(head, {}).get(words)
    return _command(text, action, {}) if action else None


def addition(said: Understanding) -> Understanding | None:
    """What is put to, or taken off, what was spoken of; for words that are no command by themselves."""
    return said.found(_added(said), "talk")


def _added(said: Understanding) -> Command | None:
    text, names, last = said.text, said.names, said.conversation.last
    family = VOCABULARY[last.steps[-1].action].family if last else ""
    switched = _SWITCHES.fullmatch(text.strip(" .!"))
    if switched and isinstance(names.resolve(switched["name"], ("customer",)), NameFound):
        return _command(text, "customer.focus", {"name": switched["name"]})
    for slot, detail in _DETAILS.items() if family == "contact" else ():
        if told_of := detail.fullmatch(text.strip(" .!")):
            return _command(text, "contact.update", {"name": told_of["who"], slot: told_of["what"]})
    for direction, opening in (("add", _ADDS), ("remove", _REMOVES)):
        begun = opening.match(text.strip())
        put = _put(family, direction)
        if begun is None or put is None:
            continue
        rest = text.strip()[begun.end() :].strip(" .!?")
        while (shorter := _BEHIND.sub("", rest)) != rest:
            rest = shorter
        name, slot = put
        action = VOCABULARY[name]
        value = listed_items(rest) if slot == "items" else told(rest, action, said.now, names).get(slot)
        if value:
            slots: dict[str, Slot] = {slot: value, **({"direction": direction} if "direction" in action.slots else {})}
            return _about(text, name, "it", slots)
    return None


def _put(family: str, direction: str) -> tuple[str, str] | None:
    """The action that adds to what a family is about, or removes from it, and the slot of what is added."""
    rows = (row for row in VOCABULARY.values() if row.family == family)
    slots = ((row.name, row.adds if direction == "add" else row.removes) for row in rows)
    return next(((name, slot) for name, slot in slots if slot), None)


def inheritance(said: Understanding) -> Understanding:
    """ "Remind me at 8 too": what a command by itself leaves out is as in the last one, if that asked for the same."""
    if said.leans or said.told:
        return said
    return said.found(_inherited(said.command, said.conversation), "talk") or said


def _inherited(command: Command, conversation: Conversation) -> Command | None:
    last = conversation.last.steps[-1] if conversation.last else None
    step = command.steps[0] if len(command.steps) == 1 else None
    if last is None or step is None:
        return None
    sent_before = last.action == "message.send" and str(step.slots.get("file")).lower() in _CONTENT
    if step.action == "file.share" and sent_before:  # "Send it to Anna"
        recipients = [*step.slots.get("people", ()), *step.slots.get("channels", ())]
        sent = Step(last.action, {"recipients": recipients, "content": last.slots["content"]})
        return replace(command, steps=(sent,))
    if not _ONCE_MORE.search(command.text):
        return None
    action = VOCABULARY[step.action]
    missing: dict[str, Slot] = {}
    if step.action == last.action:
        wanted = action.required - set(step.slots)
        missing = {slot: value for slot, value in last.slots.items() if slot in wanted}
    elif action.family == VOCABULARY[last.action].family and action.subject in action.required - set(step.slots):
        mention = latest(conversation, (action.makes or "",))
        missing = {str(action.subject): mention.name} if mention else {}
    references = (*step.references, *(ref for ref in last.references if ref.slot in missing))
    whole = replace(step, slots={**missing, **step.slots}, references=references)
    return replace(command, steps=(whole,)) if missing else None


def _about(text: str, action: str, words: str, slots: Mapping[str, Slot] | None = None) -> Command:
    return _command(text, action, {VOCABULARY[action].subject or "": words, **(slots or {})})


def _command(text: str, action: str, slots: Mapping[str, Slot]) -> Command:
    return Command(text, (Step(action, slots),), _SURE, "template")
