"""All that follows the name of a new routine belongs to it: none of it is done now, none of it is lost."""

from __future__ import annotations

import re
from dataclasses import replace

from services.understanding.base import Command, Step
from services.understanding.stages.base import Understanding
from services.understanding.vocabulary import VOCABULARY
from services.understanding.when import find

_SURE = 0.95
_NAME = r"[\"“']?(?P<name>[^,.:;\"“”]{1,40}?)[\"”']?"
_THEN = (
    r"(?:then|you should|you shall|you must|you will|you have to|you need to|please|i (?:want|need) you to"
    r"|i'd like you to|do the following|do this)"
)
_SAID = re.compile(
    r"(?:(?:make |create |add |set up )?(?:a |an? )?new (?:routine|macro|shortcut)[\s,.:;–—-]+)?"
    r"(?:please )?(?:when|whenever|every time|each time|any ?time|if|as soon as|once) i (?:say|tell you|shout|call"
    rf"(?: out)?),? {_NAME}(?: routine)?(?:\s*[,.:;–—-]+\s+(?:{_THEN}[\s,:]+)?"
    rf"|\s+(?:{_THEN}|(?P<wish>(?:i (?:want|need|get)|i['’]d like)(?!\s+(?:to|you)\b)))[\s,:]+)(?P<steps>.+)",
    re.IGNORECASE,
)
""" "When I say Monday routine, list my tasks, then tell the team good morning"."""
_MADE = re.compile(
    r"(?:(?:please|can you|could you|i want|i'd like|i would like|i need|let's|to)\s+)*"
    r"(?:(?:make|create|set up|build|add|save|define|record|teach you|learn)\s+)?(?:me |us )?(?:an? |another )?"
    rf"(?:new )?(?:routine|macro|shortcut)(?:\s+(?:called|named|titled))?,? {_NAME}"
    r"(?:\s*[,.:;–—]+\s+|\s+(?=(?:that|which|it|to|where|so that|with)\s))"
    r"(?:(?:that|which|it|to|and|where you|so that you|with|should|shall|will|must|then|the steps)[\s:]+)*"
    r"(?P<steps>.+)",
    re.IGNORECASE,
)
""" "Make me a routine called closing up that reads out tomorrow's meetings"; "routine eod: tasks due, volume 20"."""
_SAID_PLAINLY = re.compile(
    r"(?:please )?(?:when|whenever|every time|each time|any ?time|if|as soon as|once) i (?:say|shout|call out)"
    r" (?P<rest>.+)",
    re.IGNORECASE,
)
""" "When I say good morning tell me the tasks": the name ends where an order begins."""
_ORDER = re.compile(
    r"(?:tell|read|list|show|set|start|mute|unmute|turn|add|put|remind|play|post|send|write|message|run|stop|cancel|give"
    r"|ask|note|create|make|wake|let)\b",
    re.IGNORECASE,
)
_RUNS_ON = re.compile(rf"\s{_ORDER.pattern}", re.IGNORECASE)
"""A name that has an order in it may be longer than it is."""
_TELLS_ME = re.compile(r"(?:(?:tell|read|show|give) (?:me|us|out)|list) (?:the|my|our|all|what|today)", re.IGNORECASE)
_FIRST = re.compile(r"\s*[,.;]\s+|\s+(?:and|then)\s+", re.IGNORECASE)
_LONGEST_NAME = 4
"""Words."""
_AND_YOU = re.compile(
    r"(?:(?:when|whenever|if|once|as soon as|before|after|every) [^,.]{1,60},? )?(?:and )?i(?:'ll| will| just)* say,? "
    rf"{_NAME},? (?:and )?(?:then )?you(?:'ll|'d| should| will| shall| must)?(?: then)? (?P<steps>.+)",
    re.IGNORECASE,
)
""" "When I get here in the mornings, I say open up, and then you read me today's meetings"."""
_CALLED = re.compile(
    r"(?:(?:please|can you|could you|i want you to|i'd like you to) )*(?P<steps>.+?)[,.;]? (?:and )?(?:please )?"
    rf"(?:call|name) (?:that|it|this|the routine|that routine)(?: routine)? {_NAME}",
    re.IGNORECASE,
)
""" "Every Monday at nine show me the due tasks and the meetings, call that monday check"."""
_THATS = re.compile(
    rf"(?P<steps>.+), (?:and )?that(?:['’]s|['’]ll be| shall be)(?: called| my| the| our)* {_NAME}(?: routine)?",
    re.IGNORECASE,
)
""" "…, that's closing", where the steps are orders."""
_NO_CALLING = re.compile(
    r"(?:an?|fine|all|it|ok(?:ay)?|good|great|enough|important|right|everything|when|what|how|why|because|in|on|at|for|to"
    r"|with|not|too|very|so|only|just|mine|yours|ours|his|hers|theirs|open|due|done|new|left|overdue|urgent|high|low"
    r"|top|critical|normal|late|soon|enough|\w+['’]s)\b",
    re.IGNORECASE,
)
_TELLS = re.compile(
    r"(?:(?:please|and|then|also|can you|could you|will you|i want you to|i'd like you to) )*"
    r"(?P<steps>(?:(?:tell|give|show) (?:me|us)|(?:read|list)(?: me| us)?(?: out)?) .+)",
    re.IGNORECASE,
)
_SAY = re.compile(r"\bi (?:say|shout|call out)\b", re.IGNORECASE)
_ASKS_OF = re.compile(
    r"\b(?:meetings?|appointments?|alarms?|reminders?|timers?|tasks|(?<!what's )(?<!what is )due|for|of|on)$",
    re.IGNORECASE,
)
""" "Show me the meetings every Monday at nine" asks."""
_EVERY = re.compile(r"^(?:at .+? )?(?:every|each|on) ", re.IGNORECASE)
_MORE = ("", " two", " three", " four", " five", " six", " seven", " eight", " nine")
"""Where there is one of that name."""
_OTHER_NAME = re.compile(r".*\b(?:on|at|every|for|each)\b.*", re.IGNORECASE)
_LEADS = re.compile(
    rf"^[\s,.:;–—\"”'-]*(?:(?:routine\b|{_THEN}|that|which|to|and|it should|it shall|it)[\s,.:;–—-]+)*", re.IGNORECASE
)


def new_routine(said: Understanding) -> Understanding | None:
    """Where its name ends is said by a mark, or by "that", "then", "you should"."""
    text = said.text.strip()
    if by_clock := _by_clock(said, text.rstrip(".")) or _told_by_clock(said, text.rstrip(".")):
        return said.found(by_clock)
    made = _SAID.fullmatch(text) or _AND_YOU.fullmatch(text) or _MADE.fullmatch(text)
    if (made is None or _RUNS_ON.search(made["name"])) and (plain := _said_plainly(said, text)):
        return said.found(plain)
    wished = made is not None and made.groupdict().get("wish")  # "when I say opening up I want the day"
    if made is None or _OTHER_NAME.fullmatch(made["name"]) or (wished and not _SAY.search(text)):
        return None
    wish = "give me " if wished else ""
    slots = {"name": made["name"].strip(), "steps": wish + made["steps"].strip().rstrip(".")}
    return said.found(Command(said.text, (Step("routine.create", slots),), _SURE, "template"))


def _said_plainly(said: Understanding, text: str) -> Command | None:
    """Where nothing marks the end of the name: it is before the first words that begin with an order which is read."""
    found = _SAID_PLAINLY.fullmatch(text)
    words = found["rest"].rstrip(".").split() if found else []
    for cut in range(1, min(_LONGEST_NAME, len(words) - 1) + 1):
        name, steps = " ".join(words[:cut]), " ".join(words[cut:])
        if name[-1] in ",.:;" or name.casefold() in ("it", "that", "so", "this"):
            return None
        first_step = _FIRST.split(steps, maxsplit=1)[0]
        if _TELLS_ME.match(steps) or (_ORDER.match(steps) and said.read_plainly(first_step).steps):
            slots = {"name": name.strip("\"“”'"), "steps": steps}
            return Command(said.text, (Step("routine.create", slots),), _SURE, "template")
    return None


def _by_clock(said: Understanding, text: str) -> Command | None:
    """Orders that begin with when they come again and again, and are given a name."""
    called = _CALLED.fullmatch(text) or _thats(said, text)
    times = find(called["steps"], said.now, said.house) if called else []
    if called is None or not times or times[0].kind != "recurrence" or called["steps"][: times[0].span[0]].strip(" on"):
        return None
    steps = called["steps"][times[0].span[1] :].strip(" ,")
    if not steps:
        return None
    slots = {"name": called["name"].strip(), "steps": steps, "recurrence": called["steps"][: times[0].span[1]].strip()}
    return Command(said.text, (Step("routine.create", slots),), _SURE, "template")


def _thats(said: Understanding, text: str) -> re.Match[str] | None:
    """ "…, that's closing": a name where what is before it are orders, and no reminder."""
    called = _THATS.fullmatch(text)
    if called is None or _NO_CALLING.match(called["name"]) or len(called["name"].split()) > _LONGEST_NAME:
        return None
    times = find(called["steps"], said.now, said.house)
    steps = called["steps"][times[0].span[1] :].strip(" ,") if times else ""
    return called if _ORDER.match(steps) and not steps.lower().startswith("remind") else None


def _told_by_clock(said: Understanding, text: str) -> Command | None:
    """ "Every weekday at half past eight read me my tasks": what is told again and again, called by when."""
    times = find(text, said.now, said.house) if _TELLS.search(text) else []
    again = [each.span for each in times if each.kind == "recurrence"]
    if len(again) != 1:
        return None
    recurrence = text[slice(*again[0])]
    before, behind = text[: again[0][0]].strip(" ,").removesuffix(" on"), text[again[0][1] :].strip(" ,")
    told = _TELLS.fullmatch(before or behind)
    if told is None or (before and (behind or " at " not in recurrence or _ASKS_OF.search(before))):
        return None
    steps = said.read(_FIRST.split(told["steps"], maxsplit=1)[0]).steps
    if not steps or any(VOCABULARY[step.action].writes or step.action.startswith("control.") for step in steps):
        return None
    name = _round(said, recurrence)
    slots = {**({"name": name} if name else {}), "steps": told["steps"], "recurrence": recurrence}
    return Command(said.text, (Step("routine.create", slots),), _SURE, "template")


def _round(said: Understanding, recurrence: str) -> str:
    """Weekday round, Friday round two: a name that no routine has."""
    day = _EVERY.sub("", recurrence).split(" at ", maxsplit=1)[0].removesuffix("s")
    known = {routine.name.casefold() for routine in said.directory.routines()}
    names = (f"{day if day != 'day' else 'daily'} round{more}" for more in _MORE)
    return next((name for name in names if name.casefold() not in known), "")


def with_all_steps(command: Command) -> Command:
    """A new routine that was read with only a part of its steps, the others as orders of their own: with all of them.

    "When I say night mute and set an alarm" has no mark behind the name; the words behind it are all steps.
    """
    made = next((step for step in command.steps if step.action == "routine.create"), None)
    name = str(made.slots.get("name", "")) if made else ""
    if made is None or len(command.steps) < 2 or not name or made is not command.steps[0]:
        return command
    at = command.text.casefold().find(name.casefold())
    told = str(made.slots.get("steps", ""))
    begins = command.text.casefold().find(told.casefold(), at + len(name)) if told and at >= 0 else -1
    rest = command.text[begins:] if begins >= 0 else _LEADS.sub("", command.text[at + len(name) :]) if at >= 0 else ""
    if not rest.strip():
        return command
    whole = replace(made, slots={**made.slots, "steps": rest.strip().rstrip(".")})
    return replace(command, steps=(whole,))
