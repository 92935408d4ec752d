"""A routine that there is, talked about in any words: changed, renamed, put to a time, asked about, run.

It is one that is named as the store has it ("open up"), or the one spoken of last ("have it mute, too", "take the list
out of it", "not on weekends"). What shall be a step of it must be a command by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from services.understanding.base import Command, Reference, Slot, Step
from services.understanding.conversation.additions import told
from services.understanding.reserved import reserved, yes_or_no
from services.understanding.stages.base import NamedRoutine, Understanding
from services.understanding.vocabulary import VOCABULARY

_SURE = 0.95
_LONGEST = 200
_IT = r"(?:it|that|this|that one|this one|there|(?:the|that|this) (?:routine|one))"
_LEAD = (
    r"(?:(?:oh|and|also|then|but|please|ok|okay|so|now|actually|no|well|right|yes|can you|could you|would you|will you"
    r"|i want you to|i'd like you to|you can|you could|let's|maybe|just)\b[\s,]*)*"
)
_TAIL = (
    r"(?:[\s,]+(?:please|too|as well|also|again|now|then|instead|rather|though|from now on|for me|any ?more|any longer"
    r"|right away|once|once more|would you|will you|after all))*"
)
_STEPS = r"(?P<steps>\S.*?)"
_X = r"(?P<gone>\S.*?)"
_PLACE = r"(?:the )?(?P<place>first|second|third|fourth|last)(?: step| part| bit| one| thing)?"
_SO = r"(?:by itself|by themselves|on its own|automatically|by the clock|on schedule)"
_OFF = rf"(?:{_SO}|every \w+(?: \w+)?|each \w+|daily|at \w+(?: \w+)?|any ?more|any longer|in the \w+)"
_ASKED = r"(?:[\s,]+(?:again|now|exactly|at the moment|currently|anyway|these days|please))*"

_ADDS = (
    rf"(?:also )?{_STEPS} (?:in|into|as part of|during|with) {{it}}",
    rf"(?:have|let|make|get|ask) {{it}} (?:(?:also|then|too)[\s,]+)?(?:to )?{_STEPS}",
    rf"{{it}} (?:should|shall|must|could|can|needs to|has to|ought to) (?:(?:also|then|as well|too)[\s,]+)?{_STEPS}",
    rf"(?:add|put|include|append|write)(?: this| a step| another step)? (?:to|in|into) {{it}}[\s,:.–-]+{_STEPS}",
    rf"(?:add|put|include|append)(?: (?:a|another|one more) step)?[\s,:]*{_STEPS}(?: in)?(?: to| into| in) {{it}}",
    rf"(?:add|make it) (?:a|another|one more|the) (?:step|last step)(?: (?:to|in|of) {{it}})?[\s,:]+(?:to )?{_STEPS}",
    rf"as (?:a|another|the) (?:second|third|last|next|further|new) step(?: (?:of|in|for) {{it}})?[\s,:]+{_STEPS}",
    rf"(?:in|with|for|during|when i say) {{it}}[\s,:]+(?:you should |also |then )+{_STEPS}",
)
_DROPS = (
    rf"(?:take|leave|drop|remove|cut|delete|strike|kick|throw|scrap|skip|lose|ditch) (?:{_PLACE}|{_X})"
    r"(?: out| off| away)?(?: of| from| in| for)+ {it}",
    rf"(?:take|leave|cut|drop|throw) (?:{_PLACE}|{_X}) (?:out|off|away)",
    rf"(?:drop|remove|delete|skip|cut|scrap|omit|lose|ditch) (?:{_PLACE}|{_X})",
    rf"{{it}} (?:shouldn't|needn't|mustn't|should not|doesn't (?:need|have) to|should no longer|must not) {_X}",
    rf"(?:without|no more|not) {_X}(?: in {{it}})?",
    rf"(?:don't|do not|never) {_X} in {{it}}",
)
_NAMES = (
    r"(?:rename|retitle) {it} (?:to |as |into )?(?P<new>.+?)",
    r"(?:call|name) {it} (?P<new>.+?)",
    r"{it} (?:should|shall|must) be (?:called|named) (?P<new>.+?)",
    r"change (?:the|its) name(?: of {it})? to (?P<new>.+?)",
    r"give {it} the name (?P<new>.+?)",
)
_TIMES = (
    r"(?:do|run|start|begin|play|schedule|have|let|set|put|make|move|change|shift|trigger)(?: up)? {it}"
    rf"(?: run| start| begin| go off| happen)?(?: {_SO})? (?:to |for )?(?P<times>.+?)(?: {_SO})?",
    r"{it} (?:should|shall|must|can) (?:run|start|begin|go off|happen|come)(?: by itself)?(?: too| also)?,?"
    r" (?P<times>.+?)",
)
_TIME_ALONE = r"(?:(?:make|move|put|let's make|let's say|say|better|rather|only|just)(?: it| that)? )?(?P<times>.+?)"
_WITHOUT_IT = re.compile(
    r"(?:should|shall|must|has to|needs to) (?:(?:also|by itself|automatically) )*"
    r"(?:run|start|begin|go off|happen|come)\b",
    re.IGNORECASE,
)
""" "Should run by itself, too, weekdays at six"."""
_BUT_NOT = re.compile(
    r"(?:but )?(?:not|except|never|just not|only not)(?: for| on)? "
    r"(?P<days>(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?(?:,? (?:and |or )?)?)+|weekends?)",
    re.IGNORECASE,
)
""" "Not on Fridays", behind when it begins."""
_WEEKDAYS = re.compile(
    r"(?:but )?(?:not (?:on|at|over) (?:the )?(?:weekends?|saturdays? (?:and|or) sundays?)"
    r"|(?:only )?(?:on )?(?:weekdays|working days|workdays)(?: only)?|only during the week)",
    re.IGNORECASE,
)
_STOPS = (
    rf"(?:stop|quit|don't|do not|no longer|never|cease) (?:doing|running|starting|do|run|start|having) {{it}}"
    rf"(?: run| begin| start)?(?: {_OFF})+",
    rf"{{it}} (?:needn't|shouldn't|should not|doesn't (?:need|have) to|mustn't) (?:run|start|begin|go off) {_SO}",
    r"(?:run |do )?(?:{it} )?only when i (?:say|ask for|tell you) (?:so|it|that)",
)
_QUERIES = (
    r"what(?:'s| is| are|'re|s)(?: all)? (?:in|part of) {it}",
    r"what (?:does|did|will|would|do) {it} (?:do|say|have|include|contain|tell me|read)(?: in it)?",
    r"what (?:have|did) (?:i|we) (?:got|put|have) (?:in|into) {it}",
    r"(?:which|what|how many) steps (?:does|do|has|are|did) (?:{it}|there)(?: have| got| in {it})?",
    r"(?:tell|remind|show|read) (?:me|us) (?:what|how) {it} (?:does|is|works|has)",
    r"(?:read|show|list|tell)(?: me| us)? (?:the steps of )?{it}(?:'s steps)?",
)
_STATES = (
    r"when(?:'s| is| does| will| do| did)? {it}(?: run| start| begin| go off| due| on| happen| scheduled)*(?: next)?",
    r"when(?:'s| is) {it} (?:due )?next",
    r"(?:does|will|is|has) {it} (?:run|start|begin|go off|on|scheduled|due|set|ran)(?: for| at| on)?(?: .+)?",
)
_RUNS = (
    r"(?:run|do|start|try|play|go through|go ahead with|kick off|begin|launch|trigger|give me) {it}(?: out| off)?",
    r"(?:try|start) {it} (?:out|up)",
    r"{it}",
)
_ENDS = (
    r"(?:delete|get rid of|remove|scrap|bin|forget|throw(?: away)?|erase|drop) {it}"
    r"(?: altogether| completely| for good| away| out)?",
    r"(?:i|we) (?:don't|do not|no longer) need {it}",
)

Reads = Callable[[Understanding, NamedRoutine, re.Match[str]], Command | None]


def first_steps(said: Understanding) -> Understanding | None:
    """What a routine shall do, where that was asked: "it should tell me my meetings"."""
    question, last = said.conversation.question, said.conversation.last
    asked = question.command if question and question.kind == "slot" else last if not said.conversation.done else None
    step = asked.steps[-1] if asked and asked.steps else None
    if step is None or step.action != "routine.create" or set(step.slots) & {"steps", "when", "recurrence"}:
        return None
    text = said.text.strip().rstrip(".")
    if "name" not in step.slots or yes_or_no(text) is not None or reserved(text) or text.endswith("?"):
        return None
    begun = re.match(rf"{_LEAD}(?:(?:it|you) (?:should|shall|must|has to|needs to|could|can) (?:then )?)?", text, re.I)
    steps = text[begun.end() :] if begun else text
    if not steps or (not question and not begun) or not said.read(steps).steps:
        return None
    return said.found(Command(said.text, (Step("routine.create", {**step.slots, "steps": steps}),), _SURE, "template"))


def routine_talk(said: Understanding) -> Understanding | None:
    """Of the routine that is named, else of the one spoken of last."""
    text = said.text.strip().rstrip(" .!?")
    if len(text) > _LONGEST or said.told:
        return None
    routines = list(said.directory.routines())
    spoken_of = _spoken_of(said, routines)
    if spoken_of and _WITHOUT_IT.match(text):
        text = f"it {text}"  # "should run by itself, too, weekdays at six"
    for routine in routines:
        for name in sorted({routine.name, *routine.said}, key=len, reverse=True):
            if re.search(rf"\b{re.escape(name)}\b", text, re.I) and (
                found := _talked(said, text, routine, _called(name))
            ):
                return said.found(found)
    found = _talked(said, text, spoken_of, _IT) or _bare(said, text, spoken_of) if spoken_of else None
    return said.found(found, "talk") if found else None


def _spoken_of(said: Understanding, routines: list[NamedRoutine]) -> NamedRoutine | None:
    """The routine that the last command was about."""
    last = said.conversation.last
    step = last.steps[-1] if last else None
    if step is None or VOCABULARY[step.action].family != "routine":
        return None
    names = [str(step.slots.get(slot, "")).casefold() for slot in ("new_name", "name")]
    known = [each for each in routines if each.name.casefold() in names]
    return known[0] if known else routines[0] if len(routines) == 1 and step.action != "routine.delete" else None


def _called(name: str) -> str:
    return rf"(?:the |my |our )?[\"“']?{re.escape(name)}[\"”']?(?: routine| one| thing)?"


@cache
def _compiled(form: str, it: str) -> re.Pattern[str]:
    return re.compile(rf"{_LEAD}{form.replace('{it}', it)}{_TAIL}{_ASKED}", re.IGNORECASE)


def _talked(said: Understanding, text: str, routine: NamedRoutine, it: str) -> Command | None:
    for forms, reads in _KINDS:
        for form in forms:
            if "{it}" not in form and it is not _IT:
                continue
            found = _compiled(form, it).fullmatch(text)
            if found and (command := reads(said, routine, found)):
                return command
    return None


def _bare(said: Understanding, text: str, routine: NamedRoutine) -> Command | None:
    """ "Not on weekends though", "make it ten o'clock", behind when it begins."""
    words = re.sub(rf"^{_LEAD}|{_TAIL}$", "", text, flags=re.IGNORECASE)
    if _WEEKDAYS.fullmatch(words):
        return _command(said, routine, "routine.create", recurrence="every weekday")
    last = said.conversation.last
    told_again = str(last.steps[-1].slots.get("recurrence", "")) if last is not None else ""
    if told_again and (but := _BUT_NOT.fullmatch(words)):
        return _command(said, routine, "routine.create", recurrence=f"{told_again} except on {but['days']}")
    timed = last is not None and {"when", "recurrence"} & set(last.steps[-1].slots)
    found = _compiled(_TIME_ALONE, _IT).fullmatch(text)
    asked = last is not None and last.steps[-1].action == "routine.status"
    return _timed(said, routine, found) if found and (timed or asked) else None


def _command(said: Understanding, routine: NamedRoutine, action: str, **slots: Slot) -> Command:
    reference = Reference("name", routine.name, "routine", routine.name, routine.id, "exact")
    references = (reference,) if "name" in VOCABULARY[action].refers else ()
    step = Step(action, {"name": routine.name, **slots}, references=references)
    return Command(said.text, (step,), _SURE, "template")


def _added(said: Understanding, routine: NamedRoutine, found: re.Match[str]) -> Command | None:
    """What is a command by itself, perhaps with a verb before it: "add tomorrow's meetings to it"."""
    told_so = _THIRD.sub(lambda it: _imperative(it["verb"]), found["steps"].strip(" ,:"))
    if re.match(rf"(?:don't|do not|not|never|no)\b|\w+ (?:off )?{_SO}", told_so, re.IGNORECASE):
        return None
    for words in (told_so,) if _TAKES_OUT.match(told_so) else (told_so, f"read me {told_so}"):
        steps = said.read_plainly(words).steps or said.read(words).steps
        found_anywhere = words != told_so and any(step.action == "search.query" for step in steps)
        if steps and all(map(_may_be_step, steps)) and not found_anywhere:
            return _command(said, routine, "routine.update", steps=words)
    return None


_TAKES_OUT = re.compile(r"(?:lose|ditch|drop|skip|cut|scrap|leave|forget)\b", re.IGNORECASE)
_THIRD = re.compile(r"^that (?:it|you)(?: should| shall| must| also| then)* (?P<verb>[a-z]+)(?= |$)", re.IGNORECASE)
""" "Add to closing time that it backs everything up"."""


def _imperative(verb: str) -> str:
    return verb[:-2] if re.search(r"(?:ch|sh|ss|x|o)es$", verb) else verb.removesuffix("s")


def _may_be_step(step: Step) -> bool:
    family = VOCABULARY[step.action].family
    return family != "routine" and (family != "control" or step.action in ("control.mute", "control.volume"))


def _dropped(said: Understanding, routine: NamedRoutine, found: re.Match[str]) -> Command | None:
    """Only what it does."""
    groups = found.groupdict()
    if place := groups.get("place"):
        return _command(said, routine, "routine.update", gone=place.lower())
    words = set(re.findall(r"[^\W_]+", (groups.get("gone") or "").casefold())) - _EMPTY
    has = [step for step in routine.steps if words and words <= set(re.findall(r"[^\W_]+", step.casefold()))]
    if not has:
        return None
    return _command(said, routine, "routine.update", gone=" ".join(sorted(words)))


_EMPTY = frozenset(
    (
        "the",
        "my",
        "a",
        "an",
        "our",
        "bit",
        "part",
        "step",
        "about",
        "with",
        "thing",
        "of",
        "me",
        "to",
        "read",
        "tell",
        "show",
    )
)


def _renamed(said: Understanding, routine: NamedRoutine, found: re.Match[str]) -> Command | None:
    return _command(said, routine, "routine.update", new_name=found["new"].strip("\"“”' "))


def _timed(said: Understanding, routine: NamedRoutine, found: re.Match[str]) -> Command | None:
    words = found["times"].strip(" ,")
    if _WEEKDAYS.fullmatch(words):
        return _command(said, routine, "routine.create", recurrence="every weekday")
    slots = dict(told(words, VOCABULARY["routine.create"], said.now, said.names))
    if not slots and re.fullmatch(r"(?:at )?(?:\d{1,2}|[a-z]+)(?: thirty| fifteen)?", words, re.IGNORECASE):
        slots = dict(told(f"at {words}", VOCABULARY["routine.create"], said.now, said.names))
    if not slots or not set(slots) <= {"when", "recurrence"}:
        return None
    return _command(said, routine, "routine.create", **slots)


def _simply(action: str) -> Reads:
    return lambda said, routine, _: _command(said, routine, action)


_KINDS: tuple[tuple[tuple[str, ...], Reads], ...] = (
    (_QUERIES, _simply("routine.query")),
    (_STATES, _simply("routine.status")),
    (_STOPS, _simply("routine.unschedule")),
    (_ENDS, _simply("routine.delete")),
    (_TIMES, _timed),
    (_NAMES, _renamed),
    (_DROPS, _dropped),
    (_RUNS, _simply("routine.run")),
    (_ADDS, _added),
)
