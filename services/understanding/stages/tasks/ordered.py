"""What somebody is to do: "Ms Falke is to send them the offer by Friday", "get Rosa to clean the hopper, I need it by
Thursday", "have Kyle do the same on line 3", "one for Ben, too: send the quote".
"""

from __future__ import annotations

import re

from services.understanding.base import Command, Slot, Step
from services.understanding.stages.base import Understanding
from services.understanding.stages.tasks.listed import COMMAS, created, told_pieces
from services.understanding.stages.tasks.phrasings import unfilled
from services.understanding.stages.tasks.titles import family, people, subject, without_time

_WHO = r"(?P<who>[^\W_]+(?: (?!to\b)[^\W_]+)?(?:(?:,? and |, )[^\W_]+)*?)"
_NO_WORK = (
    r"(?!(?:be|come|attend|go|know|join|stay|wait|have|leave|arrive|sleep|eat|meet|see|hear|get (?:up|off|out|in|on|me)"
    r"|call me|ring me|tell|ask(?! for\b)|message|write (?:me|him|her|them)|give me|speak|talk|listen|drive me"
    r"|pick me)\b)"
)
"""What one does oneself, and no task: "Anna has to leave by four"."""
_IS_TO = re.compile(
    r"(?P<who>[^,]+?)(?: (?:also )?"
    r"(?P<must>(?:is|are)(?: also)? to|needs? to|has to|have to|must|should|shall|ought to|can|could)"
    r"|(?P<short>['’](?:s|re)(?: also)? to))(?: also)? "
    rf"{_NO_WORK}(?P<title>[a-z]+ .+)",
    re.I,
)
_AS_TASK = re.compile(
    r"[,.;]\s+(?:and )?(?:please )?(?:(?:enter|put|note|write|take|set|make|log|record|save|add) (?:that|it|this)(?:"
    r" down| up| in)?"
    r"(?: as)?(?: an?| her| his| their)?|make that an?|as an?|that's an?) (?:new )?(?:task|job|to-do|todo)"
    r"(?: for (?:him|her|them))?(?: please)?$",
    re.I,
)
_TOO = re.compile(r"(?:,? (?:too|as well|also))+(?=,|$)", re.IGNORECASE)
_OWN = re.compile(
    r"(?:do|take|have|manage|finish|make) (?:it|that|this|them)\b|(?:help|work|make|pick|get|go)\b", re.IGNORECASE
)
_DOES = re.compile(r"(?:do|take|take over|handle|take care of|look after|have) ", re.I)
_ANOTHER = re.compile(
    r"(?:(?:another )?one|another|a (?:new )?task|one more)(?: task| job)? for (?P<who>[^\W_]+)(?: too| as well)?[,:]?"
    r" (?:to )?(?P<title>.+)",
    re.I,
)
_GETS_TO = re.compile(
    rf"(?:please |let's |can you |could you )*(?:(?:get|have|let|ask for) {_WHO} (?P<to>to )?"
    rf"|(?:i|we)(?:'d like| would like| need| want| 'll have) {_WHO.replace('who', 'wanted')} to "
    rf"|(?:can|could|would|will) {_WHO.replace('who', 'asked')} )"
    rf"{_NO_WORK}(?P<title>(?!(?:to|an?|the|my|our|his|her|their|at|on|in|with|for|from|of|you|it|that)\b)[a-z]+ .+)",
    re.I,
)
_WHOS = ("who", "wanted", "asked")
_RINGS_ME = re.compile(
    rf"(?:please |can you |could you )*(?:get|ask|have) {_WHO} to "
    r"(?P<title>(?:ring|call|phone|write to) (?:me|us)\b.+)",
    re.I,
)
""" "Get Mehmet to ring me when he's done, I need to know by noon": a task, where it is wanted by a time."""
_NEEDED = re.compile(
    r",? (?:and |because |as )?(?:i|we) (?:need|want|have) (?:to (?:know|have (?:it|that))|it|that|this)"
    r"(?: done| ready| back| finished)?,? (?=by |before |until |on )",
    re.I,
)
_SAME = re.compile(
    rf"(?:please |let's |can you |could you )*(?:(?:get|have|let) {_WHO} (?:to )?do"
    rf"|{_WHO.replace('who', 'does')} (?:does|can do|should do|must do|is to do|will do|has to do|needs to do))"
    r" (?:exactly )?the same(?: thing| job| task| one)?(?: again)?(?: too| as well)?(?:,? (?P<rest>.+))?",
    re.I,
)
_SAME_FOR = re.compile(r"(?:the )?same (?:goes |again |thing )?for (?P<rest>(?:the|a|an|my|our|her|his) .+)", re.I)
""" "Same goes for the crown, by Sunday": for whoever has the first."""
_HAS_PREPOSITION = re.compile(r"\b(?:on|in|at|for|with|to|from|by|of)\b", re.I)
_PREPOSITION = re.compile(r"(?:on|in|at|for|with|to|from|by) ", re.I)


_HE_IS_TO = re.compile(
    r"(?:(?:and|also|then|oh)[\s,]+)*(?:he|she|they)"
    r"(?:(?:['’]s|['’]re| is| are)(?: also)? to\b"
    r"|(?: also)?(?: should| must| has to| have to| needs? to| can| could)(?:\b.* (?:too|as well|also)$| also\b)"
    r"| also (?:has|have|needs?) to\b)"
    r"|(?:and |so |ok(?:ay)? |well )*then,? (?:he|she|they) (?:can|could)\b",
    re.I,
)
_THING_TOO = re.compile(
    r"(?:and |also )*(?:the )?(?!(?:he|she|they|it|i|we|you)\b|.* to )(?P<thing>[\w -]{3,30}?)"
    r" (?:as well|too)(?P<rest>, .+)?",
    re.I,
)
""" "Worktop as well, same day": the same to be done with another thing."""


def further_task(said: Understanding) -> Understanding | None:
    """ "And she's to send out the invoices, by Friday", behind a task: one more, and no other day for that."""
    text = said.text.strip(" .!")
    if family(said) != "task":
        return None
    too, last = _THING_TOO.fullmatch(text), said.conversation.last
    if too and last and last.steps[-1].action == "task.create" and not people(said, too["thing"]):
        same = _same_for(said, f"same for the {too['thing']}{too['rest'] or ''}")
        return said.found(same, "talk") if same else None
    if not _HE_IS_TO.match(text):
        return None
    found = _is_to(said, unfilled(text))
    return said.found(found, "talk") if found else None


def ordered_task(said: Understanding) -> Understanding | None:
    """A new task that somebody is to do."""
    text = unfilled(said.text.strip(" .!?"))
    for reads in (_same, _same_for, _another, _gets_to, _is_to):
        if found := reads(said, text):
            return said.found(found, "talk")
    return None


def _gets_to(said: Understanding, text: str) -> Command | None:
    """ "Get Rosa to clean out the hopper on line 2, I need it done by Thursday": by a time, or where tasks are
    spoken of.
    """
    text = _NEEDED.sub(", ", text)
    found = _GETS_TO.fullmatch(text) or _RINGS_ME.fullmatch(text)
    who = (
        people(said, next(filter(None, (found[each] for each in _WHOS if each in found.groupdict()))))
        if found
        else None
    )
    told = told_pieces(said, COMMAS.split(found["title"]), {}) if found and who else None
    if found is None or who is None or told is None or not told.titles:
        return None
    title = ", ".join(told.titles)
    if " " not in title:
        return None  # "can Mike do nights" asks
    if (there := _DOES.match(title)) and subject(said, title[there.end() :]):
        return None  # who a task goes to
    to = found.re is _GETS_TO and (found["to"] or found["wanted"])
    if "when" not in told.slots and not (family(said) == "task" and to):
        return None
    return created(said, [title], {**told.slots, "assignees": who})


def _same(said: Understanding, text: str) -> Command | None:
    """ "Have Kyle do the same on line 3, by Friday", behind a new task: the same title, but for where."""
    found, step = _SAME.fullmatch(text), _last_made(said)
    who = people(said, found["who"] or found["does"]) if found else None
    if found is None or not who or step is None or family(said) != "task":
        return None
    title = str(step.slots.get("title", ""))
    told = told_pieces(said, [title, *COMMAS.split(found["rest"] or "")], {})
    if told is None or not told.titles:
        return None
    for more in told.titles[1:]:
        title = _placed(title, more)
    kept: dict[str, Slot] = {slot: step.slots[slot] for slot in ("project",) if slot in step.slots}
    return created(said, [title], {**kept, **told.slots, "assignees": who})


def _same_for(said: Understanding, text: str) -> Command | None:
    found, step, last = _SAME_FOR.fullmatch(text), _last_made(said), said.conversation.last
    if found is None or step is None or last is None or step not in last.steps:
        return None
    thing, *more = COMMAS.split(found["rest"])
    thing, when = without_time(said, thing)
    told = told_pieces(said, ["task", *more], {"when": when} if when else {})
    if told is None or len(told.titles) != 1 or people(said, thing):
        return None
    kept = {slot: step.slots[slot] for slot in ("project", "assignees") if slot in step.slots}
    return created(said, [_placed(str(step.slots.get("title", "")), f"for {thing}")], {**kept, **told.slots})


def _last_made(said: Understanding) -> Step | None:
    """The new task of the last command, else the last one that was made."""
    commands = filter(None, (said.conversation.last, said.conversation.made))
    steps = (step for command in commands for step in reversed(command.steps))
    return next((step for step in steps if step.action == "task.create"), None)


def _placed(title: str, where: str) -> str:
    """The title with this in the place of what stood there behind the same preposition: "clean the hall", "the same for
    the kitchen".
    """
    before = _PREPOSITION.match(where)
    verb, _, thing = title.partition(" ")
    if before and before.group().casefold() in ("for ", "with ") and not _HAS_PREPOSITION.search(thing):
        return f"{verb} {where[before.end() :]}"
    at = title.casefold().rfind(f" {before.group().casefold()}") if before else -1
    return f"{title[:at] if at > 0 else title} {where}"


def _is_to(said: Understanding, text: str) -> Command | None:
    """ "Ms Falke is to send them the offer by Friday": what somebody is to do is a task; what one must, where it is
    called one, or is to be done by a time and tasks are spoken of.
    """
    marked = _AS_TASK.search(text)
    found = _IS_TO.fullmatch(text[: marked.start()] if marked else text)
    who = people(said, found["who"]) if found else None
    if found is None or who is None:
        return None
    can = (found["must"] or "").casefold() in ("can", "could")
    if can and (not (marked or _HE_IS_TO.match(said.text.strip())) or _OWN.match(found["title"])):
        return None  # what somebody is able to do
    title, when = without_time(said, _TOO.sub("", found["title"]))
    of_tasks, is_to = family(said) == "task", (found["must"] or "is to").casefold().endswith(("is to", "are to"))
    more = of_tasks and (_TOO.search(text) is not None or " also " in text[: found.start("title")])
    if not (marked or more or (is_to and (when or of_tasks)) or (when and of_tasks)):
        return None
    if (there := _DOES.match(title)) and subject(said, title[there.end() :]):
        return None  # who a task goes to
    slots: dict[str, Slot] = {"assignees": who, **({"when": when} if when else {})}
    return created(said, [re.sub(r" (?:to|for) (?:me|us)$", "", title.strip(" ,"))], slots)


def _another(said: Understanding, text: str) -> Command | None:
    """ "One for Ben, too: send the quote", behind a task."""
    found = _ANOTHER.fullmatch(text) if family(said) == "task" else None
    who = people(said, found["who"]) if found else None
    if found is None or who is None:
        return None
    told = told_pieces(said, COMMAS.split(found["title"]), {})
    title = ", ".join(told.titles) if told else ""
    return created(said, [title], {**told.slots, "assignees": who}) if told and len(title.split()) > 1 else None
