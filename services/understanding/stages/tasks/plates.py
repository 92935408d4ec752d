"""What somebody has to do, was given or got done: "what's Kyle got on his plate now", "what did I give her again",
"do I have to hand anything in this week", "which tasks did we finish today".
"""

from __future__ import annotations

import re

from services.understanding.base import Command, Slot, Step
from services.understanding.stages.base import Understanding
from services.understanding.stages.tasks.titles import SURE, command, family, named, people, time_of, without_time
from services.understanding.words import word_set

_SAYS_NOTHING = re.compile(
    r"\s*\b(?:still|currently|all|else|again|exactly|actually|so far|just|altogether|in total|all told|workwise"
    r"|(?:right |just )?now|at the moment|at present|these days|then|open|tho|though)\b(?!'s)",
    re.I,
)
""" "What's Milan still working on right now" asks what "what's Milan working on" asks."""
_WHO = r"(?!(?:i|we|you)\b)[^\W_]+(?: [^\W_]+)?"
_HIS = r"(?:his|her|their|the|my|our)"
_PLATE = rf"(?:to do|to get done|to deal with|to take care of|on(?: {_HIS} (?:plate|desk|list|hands))?|left|for me)"
_HAS_TO_DO = re.compile(
    rf"(?:what(?:'s| has| have) (?P<who>{_WHO}?) (?:got|left)(?: {_PLATE})*"
    rf"|what(?:'s| is)(?: still| left| there)* on (?P<his>{_HIS}) (?:plate|desk|(?:to-?do )?list)"
    rf"|what(?:'s| is) (?:to do|to be done|due) for (?P<due>{_WHO}?)"
    rf"|what(?:'s| is)(?: left| there)? (?:on|for|with) (?P<whose>{_WHO}?)(?:'s (?:plate|desk|list))?(?: {_PLATE})*"
    rf"|what does (?P<doer>{_WHO}?) (?:have|need)(?: {_PLATE})*|what (?:must|should) (?P<must>{_WHO}?) do"
    rf"|what (?P<has>{_WHO}?) ha(?:s|ve)(?: got)?(?: {_PLATE})+"
    rf"|what(?:'s| is) (?P<at>{_WHO}?) (?:doing|working on|busy with|up to)"
    rf"|how much (?:has|does) (?P<much>{_WHO}?) (?:got|have) (?:{_PLATE})"
    rf")(?:,? (?P<t>.+))?",
    re.I,
)
_GIVEN = re.compile(
    r"(?:what|which tasks?|which jobs?)(?: tasks?| jobs?)? (?:was it )?(?:that )?(?:did |have |had |do )?(?:i|we)"
    r"(?:'ve|'d| have)? (?:give|gave|given|assign|assigned|hand|handed|leave|left|put|set|got|have)"
    rf"(?: to| for| on| with)? (?P<who>{_WHO}?)(?: to do| to take care of| doing| down for| working on| with| on)?",
    re.I,
)
""" "What did I give Deniz"."""
_TASKS_OF = re.compile(r"(?P<who>[^\W_]+)(?:'s)? (?:tasks|taks)|(?:tasks?|taks) (?P<whose>[^\W_]+)", re.I)
_ANYTHING = re.compile(
    r"(?:(?:has|have|does|do|is|are) )?(?:there )?(?:(?P<who>[^\W_]+(?: (?!got|still|have|has)[^\W_]+)?) )?(?:(?:still"
    r" )?(?:got|have|has) )?"
    r"(?:anything|something|any tasks?|any jobs?|much)(?: else| left| open| still)*"
    r"(?: to do| to get done| on (?P<his>his|her|their) plate)?(?: (?:for|on) (?P<whose>[^\W_]+(?: [^\W_]+)?))?",
    re.I,
)
_ALL_THEN = re.compile(
    rf"(?:is|are) (?:everything|every task|all tasks)(?: of)? (?P<who>{_WHO}?)(?:'s)?(?: tasks| stuff| things| jobs)?"
    r" (?:due |set |there )?(?P<t>(?:for |on |by |till ).+)",
    re.I,
)
""" "Is everything of Viktor's on Monday now": what he has to do then."""
_NOW = ("now", "right now", "at the moment", "just now")
_ME = word_set("i me we us")
_OWNERS = {"his": "him", "their": "them", "my": "me", "our": "us"}
_ENDED = (
    r"(?:finish(?:ed)?|completed?|closed?|done|(?:tick|check)(?:ed)? off|sorted|managed?|achieved?|(?:got|get) through)"
)
_GOT_DONE = re.compile(
    r"(?:(?:which|what|how many)(?: (?:tasks?|jobs?|things?|ones))?"
    r"|(?:did|have|has|was|were|is|are)(?= .*\banything\b))"
    rf"(?:'s|'ve| is| are| was| were| has| have| did| been| being| got| get| already| anything| (?P<who>{_WHO}?)"
    rf"(?= (?:finish|complete|close|done|got|get|tick|check|sorted))| i| we)*"
    rf" {_ENDED}(?:,? (?P<t>.+))?",
    re.I,
)
""" "Which tasks did we finish today", "what got done this week", "did we get anything done today"."""
_OBLIGED = re.compile(
    r"(?:what|which|is there anything|anything)(?:'s| is| are| do| does| did| was| were| am| have| has)*"
    rf" (?P<who>i|we|{_WHO}?)(?: have| has| got| need| needs| meant| supposed| wanted| going| due)+ to (?P<v>.+)"
    rf"|(?:do|does|did|have|has) (?P<doer>i|we|{_WHO}?) (?:have|need|got) to (?P<w>.*\b(?:anything|something)\b.*)",
    re.I,
)
_ANY_THING = re.compile(r"\s*\b(?:anything|something)\b", re.I)
_WAS_TO = re.compile(r"\b(?:was|were) (?:i|we) (?:meant|supposed|going) to\b", re.I)
_ANY_VERB = word_set("do done get finish take care of deal with handle work on")


def of_people(said: Understanding, text: str) -> Command | None:
    """What somebody has to do, was given or got done."""
    plain = _SAYS_NOTHING.sub("", text).strip(" ,")
    return (
        _got_done(said, plain)
        or _obliged(said, plain)
        or _has_to_do(said, plain)
        or _has_to_do(said, text)
        or _again_of(said, text)
    )


def _has_to_do(said: Understanding, text: str) -> Command | None:
    found = next(
        filter(None, (each.fullmatch(text) for each in (_GIVEN, _HAS_TO_DO, _TASKS_OF, _ANYTHING, _ALL_THEN))), None
    )
    if found is None:
        return None
    groups = found.groupdict()
    named_by = next((words for role, words in groups.items() if words and role != "t"), "")
    who = people(said, _OWNERS.get(named_by.casefold(), named_by))
    if who is None or (who[0].casefold() in _ME and family(said) != "task"):
        return None
    when = "" if (groups.get("t") or "now") in _NOW else time_of(said, groups["t"])
    return None if when is None else _query(said, who, when)


def _query(said: Understanding, who: list[str], when: str, **slots: Slot) -> Command:
    told: dict[str, Slot] = {**({"assignees": who} if who else {}), **({"when": when} if when else {}), **slots}
    return Command(said.text, (Step("task.query", told),), SURE, "template")


def _got_done(said: Understanding, text: str) -> Command | None:
    """ "Which tasks did we finish today": those that are done, by when they were."""
    found = _GOT_DONE.fullmatch(text)
    if found is None or re.match(r"(?:how many|what) \w+ (?:is|are)\b", text):
        return None
    who = people(said, found["who"]) if found["who"] else []
    when = time_of(said, found["t"]) if found["t"] else ""
    return None if who is None or when is None else _query(said, who, when, status="done")


def _obliged(said: Understanding, text: str) -> Command | None:
    """ "Do I have to hand anything in this week": the task of that verb; "what was I meant to take back tomorrow": what
    is due then, in whatever words.
    """
    found = _OBLIGED.fullmatch(text)
    if found is None:
        return None
    doer = found["who"] or found["doer"]
    who = [] if doer.casefold() in _ME else people(said, doer)
    verb, when = without_time(said, _ANY_THING.sub("", found["v"] or found["w"]).strip())
    if who is None:
        return None
    if task := named(said, verb):
        return command(said, "task.query", task)
    any_verb = set(verb.casefold().split()) <= _ANY_VERB
    return _query(said, who, when) if (any_verb and (when or who)) or (when and _WAS_TO.search(text)) else None


def _again_of(said: Understanding, text: str) -> Command | None:
    """The same of somebody else: "and Nina, fair's fair"."""
    last = said.conversation.asked.steps[-1] if said.conversation.asked else None
    if said.conversation.last is not said.conversation.asked or last is None:
        return None
    if last.action != "task.query" or "assignees" not in last.slots:
        return None
    who = people(said, re.sub(r"^(?:(?:and|so|what about|how about) )+", "", text, flags=re.I))
    return _query(said, who, "") if who else None
