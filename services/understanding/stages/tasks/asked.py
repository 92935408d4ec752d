"""Questions about a task said by some of its words, and about those spoken of: "did the scaffolding get ordered",
"whose job was that", "when are those due".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from services.understanding.base import Command, Reference, Slot, Step
from services.understanding.conversation.memory import latest
from services.understanding.names.base import NameFound
from services.understanding.stages.base import Understanding
from services.understanding.stages.tasks.titles import (
    SURE,
    Subject,
    about,
    command,
    family,
    fitting,
    named,
    people,
    phrasings,
    pointed,
    points_at_it,
    subject,
    time_of,
    unfilled,
)
from services.understanding.words import word_set

_YET = r"(?: yet| already| now| ever| at all)*"
_STANDS = word_set("done finished complete completed ready sorted overdue late blocked")
_WHETHER = re.compile(
    rf"(?:did|has|have|is|are|was|were) (?P<x>.+?)(?: ever| already)*(?: get| got| been| being)?"
    rf" (?P<v>[a-z]+|on track|on time|on schedule|in progress|on hold"
    rf"|gone (?:out|off|through|in)|come (?:back|in|through)|been (?:sent|done)|on (?:its|their) way){_YET}",
    re.I,
)
_BY_SOMEBODY = re.compile(
    rf"(?:has|have|did) (?P<who>(?:(?:mrs?|ms|dr|herr|frau)\.? )?[^\W_]+)(?: ever| already| actually)* (?P<v>[a-z]+)"
    rf" (?P<x>.+?){_YET}",
    re.I,
)
_FRONTED = re.compile(
    r"(?:what about |how about )?(?P<x>[^,]+), (?:did|has|have|is|are|was|when|when's|who|who's|whose)\b.*\b"
    r"(?:it|that|those|them|these|him|her)\b.*",
    re.I,
)
_WHOSE = re.compile(
    r"(?:whose(?: job| task| turn| responsibility)?(?: is| was|'s)|who(?:'s| is| was| has)(?: got| doing| on"
    r"| responsible for| in charge of| at| looking after| taking care of)|who does|who's|who has|who(?:m)? did (?:i|we)"
    r" give) (?P<x>.+?)(?: to)?"
    r"|who(?:m)?(?: was it| is it)?(?: that)?(?: did)? (?:i|we) (?:asked?|told?|tell|got|get|wanted|want"
    r"|gave) (?:to|for) (?P<z>.+)"
    r"|who(?:'s| is| was)(?: it)?(?: that(?:'s| is| was))? (?:supposed |meant |going |due )?to (?P<w>.+)|(?:with"
    r"|on|to) who(?:m)? (?:does|do|did|is|has|was) (?P<y>.+?)"
    r" (?:lie|rest|sit|fall|go|given|assigned|been given|been assigned)",
    re.I,
)
_WHEN = re.compile(
    r"(?:when|by when|what day)(?:'s|'re| is| are| was| were) (?P<x>.+?) (?:due|supposed to be done|meant to be done)"
    r"(?: by| back)?|(?:when|by when|until when) (?:do|does|must|should|did|has|have) (?:(?:i|we) (?:have|need|want"
    r"|mean)"
    r" to (?:have|get) )?(?P<y>.+?)(?: have| need)?(?: to)?(?: be)? (?:done|in|ready|finished|completed|sent|out"
    r"|handed in"
    r"|submitted)(?: by)?|(?:what's|what is|what was) the (?:deadline|due date) (?:for|of|on) (?P<z>.+)"
    r"|how long (?:do|have) (?:i|we) (?:have|got|still have)(?: left)? for (?P<w>.+)",
    re.I,
)
_BY_WHEN = re.compile(
    r"(?:and )?(?:by when|until when|till when|due when|when by|when(?:'s| is| was) (?:it|that"
    r"|this)(?: one)?(?: due| for)?"
    r"|when for|what's (?:the|its) (?:deadline|due date))(?: again| then| exactly)*",
    re.I,
)
_REMAIN = re.compile(
    r"(?:so )?(?:(?:it's |is it |there's )?(?:only|just) )?(?P<x>.+?)(?: (?:still|alone|only))*"
    r" (?:remains?|(?:is|are|'s) (?:still )?(?:left|open|missing|outstanding|to do|to go)|left|to go)(?: there"
    r"| then| now)*",
    re.I,
)
_IS_HIS = re.compile(
    r"(?P<x>.+?)(?:'s| is| are) (?P<who>[^\W_]+)'s(?: (?:job|task|turn))?,? (?:right|isn't it|aren't they"
    r"|isn't that so|correct|no|yes)",
    re.I,
)
_JOB_LIST = re.compile(
    r"(?:and |so )?what(?:'s| is)(?: still| left)* (?:on|of) (?:the|my|our) (?:jobs?|tasks?"
    r"|to-?do)(?: list)?(?P<t> .+)?",
    re.I,
)
_MATTER = re.compile(r"^(?:the )?(?:matter|business|job|task|question) of ", re.I)
_POLITE = re.compile(
    r"^(?:(?:(?:may|might|could|can) i (?:ask|know|trouble you for)|(?:could|can|would|will) you (?:please |kindly"
    r" )?tell"
    r" (?:me|us)|(?:please )?(?:tell|remind) (?:me|us)|(?:do )?you know|i(?:'d like| want| would like) to know"
    r"|i wonder|let me know)(?: please)?,? )+",
    re.I,
)
""" "May I ask what Herr Lutz has on his plate": the question stands behind."""
_ANYTHING = re.compile(
    r"(?:has|have|does|do|is|are) (?:there )?(?:(?P<who>[^\W_]+(?: (?!got|still|have|has)[^\W_]+)?) )?(?:(?:still"
    r" )?(?:got|have|has) )?"
    r"(?:anything|something|any tasks?|any jobs?|much)(?: else| left| open| still)*"
    r"(?: to do| to get done| on (?:his|her|their) plate)?(?: for (?P<whose>[^\W_]+(?: [^\W_]+)?))?",
    re.I,
)
_WHAT_OF = re.compile(
    r"(?:(?:how much|what|which parts?|anything)(?:'s| is| are)?(?: still)?(?: left| missing| open| outstanding| to"
    r" do)?"
    r" of (?P<x>.+?)(?:(?:'s| is| are)(?: still)?(?: left| missing| open| outstanding| to do| to be done)+)?"
    r"|how far(?: along)?(?: are we| is it| am i|'s it)?(?: with| on)? (?P<y>.+)|how far (?:is|are|'s) (?P<z>.+?)(?:"
    r" along)?)",
    re.I,
)
_FIRST_DUE = re.compile(
    r"(?:and )?(?:(?:which|what)(?: one| task| job)?(?: of (?:them|those|these))?(?:(?: (?:has|have|is|are|comes|come)"
    r"|'s)+)"
    r" (?:got )?(?:the )?(?:(?:earliest|nearest|closest|next|soonest|tightest|first) (?:deadline|due date)|due"
    r" (?:first|next"
    r"|soonest)|first|soonest|the (?:earliest|soonest))"
    r"|(?:which|what) (?:do|should|must) (?:i|we) (?:do|finish|start with|tackle) first|what's due (?:first|next"
    r"|soonest))",
    re.I,
)
_WHO = r"(?!(?:i|we)\b)[^\W_]+(?: [^\W_]+)?"
_PLATE = re.compile(
    rf"(?:what(?:'s| has| have)(?: else)? (?P<who>{_WHO}) (?:still )?(?:got|left)"
    r"(?: left)?(?: to do| on| to get done| on (?:his|her|their) plate)?"
    rf"|what else has (?P<other>{_WHO}) got(?: to do)?"
    rf"|what(?:'s| is)(?: all| still| left)* (?:on|for) (?P<whose>{_WHO}?)(?:'s (?:plate|desk))?"
    r"(?: altogether| in total)?"
    rf"|what(?: else)? (?:does|must|should) (?P<doer>{_WHO}) (?:still )?have(?: left)?"
    r"(?: to do| on (?:his|her|their) plate)?"
    rf"|what (?P<has>{_WHO})(?: still)? ha(?:s|ve)(?: still)?(?: got)?(?: left)?(?: to do| on (?:his|her|their) plate)"
    rf"|what(?:'s| is) (?P<at>{_WHO}) (?:doing|working on|busy with|up to)"
    r")(?:,? (?P<t>.+))?",
    re.I,
)
_ROLES = ("who", "other", "whose", "doer", "has", "at")
_NOW = ("now", "right now", "at the moment", "just now", "altogether", "in total", "workwise", "so far", "all told")
_TASKS_OF = re.compile(r"(?P<who>[^\W_]+)(?:'s)? (?:tasks|taks)|(?:tasks?|taks) (?P<whose>[^\W_]+)", re.I)
_PLACE = re.compile(
    r"what(?:'s| is)(?: still| all)*(?: left)? (?:open|left|missing|to do|outstanding|to be done)(?: to do)?"
    r" (?:for|in|on|with) (?P<x>.+)",
    re.I,
)
_PROJECT = re.compile(
    r"(?P<p>.+?)(?:'s)?(?: project)? (?:status|progress)|(?:status|how's|how is|how does|how far is)(?: of)? (?P<q>.+?)"
    r"(?: look| looking| going| doing| coming along| getting on)?",
    re.I,
)
_MADE_OF = re.compile(
    r"what(?: all| tasks| jobs)? does (?P<x>.+?) (?:comprise|include|contain|consist of|involve|have(?: in it)?|hold)"
    r"(?: so far| now| already| at the moment)*"
    r"|what(?:'s| is| have (?:i|we)(?: got)?)(?: all)? (?:in|under) (?P<y>.+?)(?: so far| now| already"
    r"| at the moment)*",
    re.I,
)
_THAT_PROJECT = re.compile(r"(?:that|this|the) project|it|there|in there", re.I)
_LEFT = re.compile(
    r"what(?: else)?(?:'s| is|'s else| have i got)?(?: still)?(?: else)? ?(?:there|left|open|due|outstanding|to do)"
    r"(?: left| to do| open)? (?P<t>(?:(?:for|on|by|until|before) )?.+)",
    re.I,
)
_MOST = re.compile(
    r"(?:and )?(?:which|what)(?: one| task)?(?: of (?:them|those|these))?(?:'s| is| are) (?:the )?most"
    r" (?:urgent|important|pressing)(?: one| of (?:them|those|these))?",
    re.I,
)


def asked_of_task(said: Understanding) -> Understanding | None:
    """A question about tasks, by some of their words."""
    for text in _questions(said):
        for reads in (_about, _of_people, _of_those, _of_project):
            if (found := reads(said, text)) is not None:
                return said.found(found, "talk")
    return None


def _questions(said: Understanding) -> Iterator[str]:
    """The sentence as it may be asked, without what is said before the question: "now, the rota. By when …"."""
    seen: set[str] = set()
    for text in phrasings(said):
        marked = _NO_MARK.sub(r"\1's", text)
        whole = _POLITE.sub("", marked)
        for each in (marked, whole, re.split(r"[,.;:!?]\s+", whole)[-1], re.split(r"[,.;:!?]\s+", whole)[0]):
            if each not in seen:
                seen.add(each)
                yield each


_NO_MARK = re.compile(r"\b(what|who|when|where|how|that)s\b", re.I)


def _about(said: Understanding, text: str) -> Command | None:
    """About one, or those that were spoken of."""
    if _BY_WHEN.fullmatch(text):
        task = _topic(said, text) or (pointed(said, "") if family(said) == "task" else None)
        return command(said, "task.query", task) if task else None
    task = _whether(said, text)
    if (
        task is None
        and family(said) == "task"
        and re.search(r"\b(?:only|just)\b", text)
        and (found := _REMAIN.fullmatch(text))
    ):
        task = named(said, found["x"])
    if task is None and (found := _IS_HIS.fullmatch(text)) and people(said, found["who"]):
        task = named(said, found["x"])
    for pattern in (_WHOSE, _WHEN):
        if task is None and (found := pattern.fullmatch(text)):
            words = _MATTER.sub("", next(filter(None, found.groups()), ""))
            task = (_topic(said, text) if points_at_it(words) else None) or subject(said, words)
    if task is None and (found := _FRONTED.fullmatch(text)) and family(said) != "list":
        task = named(said, found["x"])
    return command(said, "task.query", task) if task else None


def _topic(said: Understanding, question: str) -> Subject | None:
    """What was named before the question: "now, the rota. By when does that have to be finished"."""
    before = said.text[: max(said.text.find(question), 0)].strip(" ,.;:!")
    pieces = [each for each in (before, re.split(r"[,.;:!]\s+", before)[-1]) if each]
    return next((task for each in pieces if (task := named(said, unfilled(each)))), None) or (
        about(said, before) if before else None
    )


def _whether(said: Understanding, text: str) -> Subject | None:
    """Whether it is done, said in so many words or by the verb of its title."""
    if found := _WHETHER.fullmatch(text):
        verb, words = found["v"].casefold(), _unowned(said, found["x"])
        if verb in _STANDS or " " in verb:
            return named(said, words)
        if task := named(said, f"{words} {verb}") or (_only(said, words) if verb.endswith(_PAST) else None):
            return task
    found = _BY_SOMEBODY.fullmatch(text)
    who = found["who"].casefold() if found else ""
    if found is None or not (who in _SOMEBODY or people(said, found["who"])):
        return None
    things = re.sub(r"^(?:in|out|off|up|over|on|back) ", "", found["x"])
    doer = who not in _SOMEBODY or who in _PERSON
    return named(said, f"{found['v']} {things}") or (_only(said, things) if doer else None)


def _only(said: Understanding, words: str) -> Subject | None:
    """The one task of these words, where nothing else is called so: asking of it does no harm."""
    titles = said.directory.titles()
    if len(fitting(titles, words)) != 1 or any(fitting(titles, words, kind) for kind in ("meeting", "reminder")):
        return None
    return named(said, words)


_ME = word_set("i me we us")
_PERSON = word_set("he she they him her")
_PAST = ("ed", "en", "t", "ne", "ng", "id", "de", "ld", "un")


_SOMEBODY = word_set("anyone anybody somebody someone we you i he she they")


def _unowned(said: Understanding, words: str) -> str:
    first, _, rest = words.partition(" ")
    owner = first.removesuffix("'s")
    return rest if rest and owner != first and people(said, owner) else words


def _of_people(said: Understanding, text: str) -> Command | None:
    """What somebody has to do."""
    found = _PLATE.fullmatch(text) or _TASKS_OF.fullmatch(text) or _ANYTHING.fullmatch(text)
    if found is None:
        return _again_of(said, text)
    groups = found.groupdict()
    who = people(said, next((groups[each] for each in _ROLES if groups.get(each)), ""))
    if who and who[0].casefold() in _ME and family(said) != "task":
        return None
    when = "" if (groups.get("t") or "now") in _NOW else time_of(said, groups["t"])
    if who is None or when is None:
        return None
    slots: dict[str, Slot] = {"assignees": who, **({"when": when} if when else {})}
    return Command(said.text, (Step("task.query", slots),), SURE, "template")


def _again_of(said: Understanding, text: str) -> Command | None:
    """The same of somebody else: "and Nina, fair's fair"."""
    last = said.conversation.asked.steps[-1] if said.conversation.asked else None
    if said.conversation.last is not said.conversation.asked or last is None:
        return None
    if last.action != "task.query" or "assignees" not in last.slots:
        return None
    who = people(said, text)
    return Command(said.text, (Step("task.query", {"assignees": who}),), SURE, "template") if who else None


def _of_project(said: Understanding, text: str) -> Command | None:
    """How a project stands, and what is left of it, where only its name says that it is one."""
    if (of := _WHAT_OF.fullmatch(text)) and (task := _part_of(said, next(filter(None, of.groups()), ""))):
        return task
    if found := _MADE_OF.fullmatch(text):
        return _made_of(said, next(filter(None, found.groups())))
    for pattern, action, slot in ((_PROJECT, "project.query", "name"), (_PLACE, "task.query", "project")):
        found = pattern.fullmatch(text)
        words = next(filter(None, found.groups()), "").removeprefix("the ") if found else ""
        if words and isinstance(said.names.resolve(words, ("project",)), NameFound):
            return Command(said.text, (Step(action, {slot: words}),), SURE, "template")
    return None


def _made_of(said: Understanding, words: str) -> Command | None:
    """What there is in a project that is named, or was spoken of."""
    if _THAT_PROJECT.fullmatch(words):
        spoken_of = family(said) in ("task", "project") or "project" in words.casefold()
        there = latest(said.conversation, ("project",)) if spoken_of else None
        if there is None:
            return None
        reference = Reference("name", words, "project", there.name, there.id, "context")
        return Command(
            said.text, (Step("project.query", {"name": there.name}, references=(reference,)),), SURE, "template"
        )
    place = re.sub(r"^the | project$", "", words, flags=re.I)
    found = said.names.resolve(place, ("project", "list", "channel"))
    if not isinstance(found, NameFound) or found.entity.kind != "project":
        return None
    return Command(said.text, (Step("project.query", {"name": place}),), SURE, "template")


def _part_of(said: Understanding, words: str) -> Command | None:
    """How much of a project or a task is left."""
    place = re.sub(r"^the | project$", "", words, flags=re.I)
    if isinstance(said.names.resolve(place, ("project",)), NameFound):
        return Command(said.text, (Step("task.query", {"project": place}),), SURE, "template")
    task = subject(said, words)
    return command(said, "task.query", task) if task else None


def _has_such_list(said: Understanding, text: str) -> bool:
    """Whether a list of the store is called so: "jobs", "to do"."""
    words = {word.removesuffix("s") for word in text.casefold().replace("-", " ").split()}
    return any(
        {word.removesuffix("s") for word in each.name.casefold().split()} <= words for each in said.directory.lists()
    )


def _of_those(said: Understanding, text: str) -> Command | None:
    """What else there is, and what is most urgent, where tasks are spoken of."""
    if (jobs := _JOB_LIST.fullmatch(text)) and not _has_such_list(said, text):
        when = time_of(said, re.sub(r"^ for ", "", jobs["t"])) if jobs["t"] else None
        fits = when or not jobs["t"]
        return (
            Command(said.text, (Step("task.query", {"when": when} if when else {}),), SURE, "template")
            if fits
            else None
        )
    if family(said) != "task":
        return None
    if _MOST.fullmatch(text):
        task = pointed(said, "those")
        return command(said, "task.query", task) if task and len(task.references) > 1 else None
    if _FIRST_DUE.fullmatch(text):
        task = pointed(said, "those")
        if task and len(task.references) > 1:
            return command(said, "task.query", task)
        return Command(said.text, (Step("task.query", {}),), SURE, "template")
    found = _LEFT.fullmatch(text)
    when = time_of(said, found["t"]) if found else None
    return Command(said.text, (Step("task.query", {"when": when}),), SURE, "template") if when else None
