"""What is told of a task by some of its words: that it is done, how it stands, when it is due, how urgent it is, where
it belongs, and what it waits for.
"""

from __future__ import annotations

import re
from dataclasses import replace

from services.understanding.base import Command
from services.understanding.names.base import NameFound
from services.understanding.sentences.spans import level_of
from services.understanding.stages.base import Understanding
from services.understanding.stages.tasks.deadlines import due_told, is_other
from services.understanding.stages.tasks.only import is_of_a_task
from services.understanding.stages.tasks.phrasings import phrasings, reporter
from services.understanding.stages.tasks.titles import (
    SURE,
    Subject,
    about,
    command,
    counting,
    family,
    fitting,
    form_of,
    head,
    latest_task,
    named,
    people,
    pointed,
    points_at_it,
    subject,
    time_of,
)
from services.understanding.words import word_set

_IS = r"(?:'s|'re| is| are| was| were| has been| have been|'s been| got)"
_HAS = r"(?:'ve|'s|'d| have| has| had)"
_ASKED_AND_DONE = re.compile(
    r"(?:(?:oh|ah|yes|yeah|yep|well|actually|and)[\s,]+)*"
    r"(?:(?:he|she|they|we|i) (?:has|have|did)(?: (?:done|finished))?"
    r"|(?:it|that)(?: is|'s)(?: now| already)? (?:done|finished))"
    r"(?: it| that| now| already| this morning| yesterday| today)*",
    re.IGNORECASE,
)
""" "He has", behind "has he measured the stairs", which was not done as far as is known."""
_DONE = word_set("done finished complete completed sorted ready")
_FINISHED = word_set("""done finished completed sorted sent posted delivered submitted filed paid signed approved
    settled cleared handled""")
"""Said with a thing before or behind them, they end it."""
_PAST = ("ed", "en", "t", "ne", "ng", "id", "de", "ld", "un")
_THERE = word_set("in here back arrived there")
_RUNNING = word_set("running working fixed repaired mended")
_MENDED = word_set("fix repair mend service unblock restart")
"""Verbs of tasks that end when the thing runs."""
_FETCHED = word_set("get collect chase request obtain order fetch buy receive find")
"""Verbs of tasks that end when the thing is there."""
_STATED = re.compile(rf"(?P<x>.+?){_IS}(?: all| now| finally| been| just)* (?P<v>[a-z-]+)(?: off| out| up| in)?", re.I)
_SHORT = re.compile(r"(?P<x>.+?) (?P<v>[a-z]+)", re.I)
_FRONTED = re.compile(
    rf"(?P<x>.+?),? (?P<who>[^\W_]+){_HAS}(?: just| already| now)* (?P<v>[a-z]+)(?: off| out| up| in| with)?", re.I
)
_BY_SOMEBODY = re.compile(
    rf"(?P<who>[^\W_]+)(?:{_HAS}(?: just| already| now| finally)*| just| finally) (?P<v>[a-z]+)(?: off| out| up)?"
    r" (?P<x>.+)",
    re.I,
)
_SO_DONE = re.compile(
    r"(?P<x>.+?)[,.]?\s+(?:(?:so|and)\s+(?:that|it|this|that one|that task|this one|that job)(?:'s|\s+is)(?:\s+all)?\s+"
    r"(?:done|finished|sorted|complete|closed|off the (?:table|list))"
    r"|(?:so\s+)?you can (?:tick|cross|check) (?:that|it)(?: one)? off|(?:so\s+)?(?:tick|cross|check) (?:it|that)"
    r"(?: off)?(?:,? quick)?)",
    re.I,
)
_ONE_WITH = re.compile(
    r"(?:please |you can |and |then )*(?:(?P<gone>delete|remove|scrap|drop|bin|cancel|throw out)"
    r"|(?:tick|check|cross)(?: off)?|complete|finish|close)"
    r" (?:(?:the|that) (?:one|task|job) (?:with|about|for|of|on|to)|(?P<bare>the|my|our|that)) (?P<x>.+?)(?: off)?",
    re.I,
)
_ALL_DONE = re.compile(
    rf"(?P<x>.+?){_IS}(?: both| all| now| finally| already)* (?:done|finished|completed?|sorted|off the (?:list"
    rf"|table))",
    re.I,
)
_AND = re.compile(r"\s*,\s*(?:and\s+)?|\s+and\s+", re.I)
_STATE = re.compile(
    rf"(?P<x>.+?){_IS} (?P<s>in progress|under way|underway|started|blocked|stuck|on hold|in review"
    r"|in the works|being done|in hand)(?:,.*mark (?:it|that)(?: like that| so| down)?)?",
    re.I,
)
_STATES = {"in the works": "in progress", "being done": "in progress", "in hand": "in progress"}
_URGENT = re.compile(
    r"(?:(?P<x>.+?)(?:'s|'re| is| are) )?(?:really |very |quite )?(?P<p>urgent|important"
    r"|(?:top|high|low|normal|highest|lowest) prio(?:rity)?|prio(?:rity)? (?P<level>[a-z]+))"
    r"(?: (?:if|because|as|since) .+)?(?:, (?P<which>.+))?",
    re.I,
)
_BELONGS = re.compile(r"(?P<x>.+?) (?:belongs?|goes|go) (?:to|in|into|under) (?:the )?(?P<p>.+?)(?: project)?", re.I)
_WAITS = re.compile(
    r"(?P<x>.+?) (?:can't|cannot|can not|can only|mustn't|shouldn't|won't) (?:be )?[a-z]+"
    r"(?: (?:in|on|up|out|off|ahead|down|over|away))? (?:before|until|till|unless|after|once|when) (?P<y>.+)",
    re.I,
)
_WAITS_FOR = re.compile(
    r"(?:(?P<x>.+?)(?:'s|'ll)? )?(?:(?:has|have|had|got|needs?|ought) to|must|should|can|will have to) wait"
    r" (?:for|on|until|till) (?P<y>.+)"
    r"|(?:(?P<it>.+?) )?(?:can|may|must|should)(?: only|n't|not| not)?"
    r" (?:start|begin|happen|go ahead|be (?:done|started))"
    r" (?:only )?(?:after|once|when|before|until|till) (?P<z>.+)"
    r"|(?:(?:only|but only|not) )(?:after|once|when|before|until|till) (?P<w>.+)",
    re.I,
)
""" "Has to wait for the hinges", of the one spoken of."""
_TICKS = re.compile(
    r"(?:(?:you|we|i) can |please |can you |could you )*(?:tick|cross|check|strike) (?P<x>.+?)"
    r"(?: off| off (?:the|my|our) list| out)",
    re.I,
)
_PARTICLES = word_set("up out in on off down over through away back")
""" "The posters are up", of "hang up the posters"."""
_WAITED_FOR = re.compile(rf"(?P<y>.+?){_IS}(?: all)? (?P<v>[a-z]+)(?: .+)?", re.I)
_GOT = re.compile(rf"[^\W_]+{_HAS}(?: got| done| finished)? (?P<y>.+)", re.I)


def told_of_task(said: Understanding) -> Understanding | None:
    """What is told of one of the tasks that are open."""
    if not said.directory.titles() and head(said) is None:
        return None
    for text in phrasings(said):
        for reads in (_waits, _one_with, _done, _state, _urgent, _place, due_told):
            if (found := reads(said, text)) is not None:
                return said.found(_by(found, reporter(said)), "talk")
    return None


def _by(found: Command, who: str) -> Command:
    """With whoever said that it is done."""
    step = found.steps[0]
    if not who or step.action != "task.complete":
        return found
    return replace(found, steps=(replace(step, slots={**step.slots, "assignees": [who]}),))


def _one_with(said: Understanding, text: str) -> Command | None:
    """ "Delete the one with the vent hinges", where tasks are spoken of; "scrap the flowers", which only a task has."""
    found = _ONE_WITH.fullmatch(text)
    if found is None or is_other(said, found["x"]):
        return None
    if not is_of_a_task(said, found["x"]) if found["bare"] else family(said) not in ("task", "project"):
        return None
    task = named(said, found["x"])
    action = "task.delete" if found["gone"] else "task.complete"
    return command(said, action, task) if task else None


def _done(said: Understanding, text: str) -> Command | None:
    tail = _SO_DONE.fullmatch(text)
    if tail and (family(said) != "list" or is_of_a_task(said, tail["x"])):
        task = _ended(said, tail["x"]) or about(said, tail["x"])
        return command(said, "task.complete", task) if task else None
    if _ASKED_AND_DONE.fullmatch(text) and _asked_of_one(said):
        task = latest_task(said, "it") if head(said) else None
        return command(said, "task.complete", task) if task else None
    ticked = _TICKS.fullmatch(text)
    task = _ended(said, text) or (_ticked(said, ticked["x"]) if ticked else None)
    return command(said, "task.complete", task) if task else _several_done(said, text)


def _asked_of_one(said: Understanding) -> bool:
    """Whether the last command asked about one task."""
    last = said.conversation.last
    return last is not None and last.steps[-1].action == "task.query" and "title" in last.steps[-1].slots


def _ticked(said: Understanding, words: str) -> Subject | None:
    """ "You can cross the council off", where no list has it."""
    listed = {word for each in said.directory.lists() for name, _ in each.items for word in counting(name)}
    own = counting(words)
    return None if points_at_it(words) or (own and set(own) <= listed) else named(said, words)


def _several_done(said: Understanding, text: str) -> Command | None:
    """ "Mixing the soil and washing the pots are done"."""
    found = _ALL_DONE.fullmatch(text)
    parts = [re.sub(r"^both ", "", part) for part in _AND.split(found["x"])] if found else []
    tasks = [named(said, part) for part in parts]
    if len(tasks) < 2 or not all(tasks):
        return None
    steps = [step for task in tasks if task for step in command(said, "task.complete", task).steps]
    return Command(said.text, tuple(steps), SURE, "template")


def _ended(said: Understanding, text: str) -> Subject | None:
    """The task that a sentence says is done: in so many words, or by the verb of its title."""
    for pattern, ends in ((_STATED, _DONE), (_SHORT, _DONE), (_FRONTED, _FINISHED), (_BY_SOMEBODY, _FINISHED)):
        if (found := pattern.fullmatch(text)) is None:
            continue
        verb, groups = found["v"].casefold(), found.groupdict()
        if groups.get("who") and people(said, _pronoun(groups["who"])) is None:
            continue
        task = named(said, found["x"])
        if task is not None and (verb in ends or _is_its_verb(said, found["x"], verb, bare=pattern is _STATED)):
            return task
        behind = pattern is _BY_SOMEBODY or (pattern is _STATED and family(said) == "task")
        task = pointed(said, found["x"]) if behind and points_at_it(found["x"]) else None
        titles = " ".join(ref.name for ref in task.references) if task else ""
        if task is not None and verb.endswith("ing") and pattern is _STATED:
            return None  # "it's printing": not yet
        if task is not None and (verb in ends or any(form_of(verb, word) for word in counting(titles))):
            return task
    return None


def _pronoun(who: str) -> str:
    return "me" if who.casefold() in ("we", "they", "he", "she") else who


def _is_its_verb(said: Understanding, words: str, verb: str, *, bare: bool) -> bool:
    """Whether a verb in the past is that of the title: brake pads are ordered, of "order brake pads". `bare`: the verb
    itself will do, the hood is clean; and what was to be fetched is there.
    """
    fits = [title.split() for title in fitting(said.directory.titles(), f"{words} {verb}")]
    if bare and any(title[0] == verb for title in fits):
        return True
    if bare and verb in _PARTICLES:
        return any(verb in title.split() for title in fitting(said.directory.titles(), words))
    if bare and verb in _RUNNING:
        mended = fitting(said.directory.titles(), words)
        return bool(mended) and all(title.split()[0] in _MENDED for title in mended)
    if bare and verb in _THERE:
        fetched = fitting(said.directory.titles(), words)
        return bool(fetched) and all(title.split()[0] in _FETCHED for title in fetched)
    if not verb.endswith(_PAST) or verb in counting(words):
        return False
    return any(form_of(verb, word) and word != verb for title in fits for word in title)


def _state(said: Understanding, text: str) -> Command | None:
    found = _STATE.fullmatch(text)
    task = named(said, found["x"]) if found else None
    return command(said, "task.status", task, status=_STATES.get(found["s"], found["s"])) if found and task else None


def _urgent(said: Understanding, text: str) -> Command | None:
    found = _URGENT.fullmatch(text)
    if found is None:
        return None
    words = found["which"] or found["x"] or ""
    task = subject(said, words) if words else (pointed(said, "") if family(said) == "task" else None)
    return command(said, "task.update", task, priority=level_of(found["level"] or found["p"])) if task else None


def _place(said: Understanding, text: str) -> Command | None:
    found = _BELONGS.fullmatch(text)
    known = isinstance(said.names.resolve(found["p"], ("project",)), NameFound) if found else False
    task = subject(said, found["x"]) if found and known else None
    return command(said, "task.update", task, project=found["p"]) if found and task else None


def _waits(said: Understanding, text: str) -> Command | None:
    found, waits = _WAITS.fullmatch(text), _WAITS_FOR.fullmatch(text)
    task = subject(said, found["x"]) if found else None
    told = found["y"] if found else ""
    if task is None and waits:
        words, told = waits["x"] or waits["it"] or "", waits["y"] or waits["z"] or waits["w"]
        task = subject(said, words) if words else (pointed(said, "") if family(said) == "task" else None)
    if task is None or time_of(said, told) is not None:
        return None
    for pattern in (_WAITED_FOR, _GOT):
        if (before := pattern.fullmatch(told)) and (first := named(said, before["y"])):
            return command(said, "task.depend", task, blocked_by=[first.words])
    first = named(said, told)
    return command(said, "task.depend", task, blocked_by=[first.words]) if first else None
