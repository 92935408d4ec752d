"""When a task is due, told of it in passing: "those can wait till Friday", "give her one more day for it", "today
still", "put it off by a week", "that's too early, say Monday".
"""

from __future__ import annotations

import re

from services.understanding.base import Command, Step
from services.understanding.names.base import NameFound
from services.understanding.stages.base import Understanding
from services.understanding.stages.tasks.phrasings import unfilled
from services.understanding.stages.tasks.titles import (
    SURE,
    command,
    family,
    fitting,
    latest_task,
    people,
    pointed,
    points_at_it,
    subject,
    time_of,
)
from services.understanding.when import find

_BACK = r"(?: back| forward| out| up)?"
_MAKES_DUE = re.compile(r"(?:make|set) (?P<x>.+?) due (?P<t>.+)", re.I)
"""Nothing but a task is due, whatever was spoken of last."""
_DUE = (
    re.compile(rf"(?P<x>.+?) (?:can|could) (?:wait|stay|go|move){_BACK} (?P<t>(?:till|until|to|for) .+)", re.I),
    re.compile(
        r"(?P<x>.+?),? (?:can|could) (?:that|it|this|those|they|we)"
        r"(?: go| move| wait| be moved| be pushed| move (?:it|that))?"
        rf"{_BACK} (?P<t>(?:to|till|until|for) .+)",
        re.I,
    ),
    re.compile(
        rf"(?:can|could) (?P<x>.+?) (?:go|move|wait|be moved|be pushed){_BACK} (?P<t>(?:to|till|until|for) .+)", re.I
    ),
    re.compile(
        r"(?P<x>.+?)(?:'s got| has| have| needs| need| must| should)(?: to)?(?: be| get)?"
        r" (?:in|done|finished|ready|out|through|completed) (?P<t>(?:(?:by|before|on|until) )?.+)",
        re.I,
    ),
    _MAKES_DUE,
)
_ASKS = re.compile(r"^(?:(?:can|could|would|will) (?:you|we|i) |please |let's |just )+", re.I)
_MOVED = (
    re.compile(
        rf"(?:mv|move|push|shift|postpone|put off|bring|pull) (?P<x>.+?){_BACK} (?P<t>(?:to|till|until) .+)", re.I
    ),
    re.compile(r"put (?P<x>.+?) (?:off|back) (?P<t>(?:to|till|until) .+)", re.I),
    re.compile(r"put (?P<x>.+?) (?P<t>(?:on|for|till|until) .+)", re.I),
    re.compile(r"make (?P<x>.+?) (?P<t>(?:on |by |for )?(?:the )?[^\W_]+(?: [^\W_]+)?)", re.I),
)
"""Said of other things as well: what "it" is then, is seen elsewhere."""
_TOO = re.compile(
    r"(?:(?:that|it|this|they|those)(?:'s|'re| is| are| was| would be)? )?(?:much |far |way |a bit |a little )?"
    r"(?:too (?:early|late|soon|tight|long|short)(?: for [^\W_]+(?: [^\W_]+)?)?"
    r"|(?:(?:he|she|they|we|i|it|that) )?(?:needs?|takes?|wants?)(?: a bit| a little| much)? (?:longer|more time))"
    r"[\s,.;]+(?:so |then )?"
    r"(?:(?:let's )?(?:make|say|set|take) (?:(?:it|that|them|those) )?(?:for )?)?(?P<t>.+)",
    re.I,
)
_IT = r"(?:it|that|this|them|those|these|that one|this one)"
_ONE = r"(?:he|she|they|we|i|you|[^\W_]+)"
_FINE = (
    r"(?: is|'s| would be| will be|'ll be)(?: also| still)? (?:fine|ok|okay|enough|early enough|soon enough|plenty"
    r"|all right|alright|better)| will do|'ll do"
)
_LATER = r"(?: also| too| as well| instead| then| already| still| rather| for now)*"
_OF_IT = (
    re.compile(
        r"(?:(?:by|until|till|before) (?P<by>.+?)|(?:(?:no|not) later than|at the latest) (?P<last>.+)"
        rf"|(?P<latest>.+?),? at (?:the )?(?:very )?latest)(?:{_FINE})?",
        re.I,
    ),
    re.compile(rf"(?P<t>.+?)(?:{_FINE})(?: too| as well| with me| by me)?", re.I),
    re.compile(
        rf"{_ONE}(?:'s| has|'ve| have|'ll have| can have| gets?)(?: got| time)* (?P<t>(?:till|until|to) .+?)"
        rf"(?: for {_IT})?",
        re.I,
    ),
    re.compile(
        rf"(?:he|she|they|we|{_IT}) (?:can|could|may)(?: also| still)? (?:do {_IT}|be done|wait)(?: also| too)?"
        rf" (?P<t>.+?){_LATER}",
        re.I,
    ),
    re.compile(r"(?P<t>.+?),? (?:still|already|rather|better)|(?:still|already|rather|better) (?P<u>.+)", re.I),
    re.compile(
        rf"(?:(?:then|so|better|rather|just|let's|please) )*(?:put|set|make|say|take)(?: {_IT})?"
        r" (?P<t>(?:(?:by|until|till|on|for|to) )?.+)",
        re.I,
    ),
)
""" "Today still", "he's got till Friday for it": of the one spoken of."""
_WANTED = re.compile(
    rf"(?:(?P<x>.+?),? )?(?:i|we)(?:'d like| would like| want| need| wanted)(?: to have)? {_IT}(?: to be)?"
    r" (?:done|ready|finished|back|in|there|sent|made|bought|built|[a-z]+ed)(?: off| out| in| up)?,? (?P<t>.+)",
    re.I,
)
""" "Mila's dentist, I want that booked by Friday"."""
_SHIFTED = (
    re.compile(
        rf"(?:(?:give|allow|let) {_ONE}(?: have)?"
        rf"|{_ONE}(?:'ll| will| would|'d)?(?: have to)? (?:needs?|wants?|takes?|have|has|gets?))"
        rf" (?P<more>another|(?:an )?extra )?(?P<d>.+?)(?: for {_IT}| on {_IT})?",
        re.I,
    ),
    re.compile(
        r"(?:put|push|move|shift|set|bring|pull|postpone|delay|extend|prolong) (?P<x>.+?)"
        r"(?: off| back| out| forward| up| on)?(?: by)? (?P<d>(?:an?|one|two|three|four|five|six|half|\d+|another) .+)",
        re.I,
    ),
)
_PROJECT_DUE = (
    re.compile(
        r"(?:make|set) (?P<t>.+?)(?: as)? the (?:deadline|due date) (?:of|for) (?:the )?(?P<p>.+?)(?: project)?",
        re.I,
    ),
    re.compile(
        r"(?:the )?(?:deadline|due date|end date) (?:of|for) (?:the )?(?P<p>.+?)(?: project)?(?:'s| is) (?P<t>.+)", re.I
    ),
    re.compile(r"(?:the )?(?P<p>.+?)(?: project)?'s (?:deadline|due date|end date)(?:'s| is)(?: now)? (?P<t>.+)", re.I),
)
_SKIPPED = re.compile(
    rf"(?:skip|leave out|leave {_IT} out)(?: {_IT})?(?: for)?"
    r" (?:(?:this|the next) (?:week|month|year|time|one)(?:'s)?|today(?:'s)?|tomorrow(?:'s)?)"
    r"|not this (?:week|month|year|time)",
    re.I,
)
"""The next time of a task that comes again."""
_PERIODS = (
    ("year", "a year"),
    ("month", "a month"),
    ("other week", "two weeks"),
    ("two week", "two weeks"),
    ("day", "a day"),
)
_WEEKDAY = re.compile(r"week|(?:mon|tues|wednes|thurs|fri|satur|sun)day", re.I)
_THAT_DAY = ("it", "that", "this", "that day", "then")
_MORE = re.compile(r"\b(?:more|longer|extra|another|later|further)\b", re.I)
_EARLIER = re.compile(r"^(?:bring|pull)\b|\b(?:forward|up|earlier)\b", re.I)
_HIS = r"(?:his|hers|her|theirs|their)"
_ALL_OF = re.compile(
    rf"(?:move|push|shift|put|postpone|set) (?:(?:everything|all)(?: that's)? (?:of )?{_HIS}"
    rf"(?: tasks| stuff| jobs| things)?|all (?:of )?(?:them|those|these|the (?:lot|tasks))|the (?:whole )?lot"
    rf"|{_HIS} (?:tasks|stuff|jobs|things)"
    rf"|everything (?:he|she|they)(?:'s| has|'ve| have)(?: got)?|everything)(?: back| off| out)?"
    r" (?P<t>(?:to|till|until|on|for) .+)",
    re.I,
)
_LEAST_S = 3600
"""Seconds: less is for a timer."""
_TIME_THEN = re.compile(r"[\s,]+(?:then|instead|is (?:fine|enough|early enough|soon enough)|will do)[\s.!]*$", re.I)
"""Behind a time, which it takes."""
_OTHERS = ("meeting", "reminder")


def due_told(said: Understanding, text: str) -> Command | None:
    """Of one by its words, or of the one that was spoken of."""
    text = _ASKS.sub("", text)
    if (skipped := _skipped(said, text)) is not None:
        return skipped
    if (several := _all_of_them(said, text)) is not None:
        return several
    for pattern in (*_DUE, *_MOVED, _WANTED):
        found = pattern.fullmatch(text)
        when = time_of(said, found["t"]) if found else None
        words = (found["x"] or "it") if found else ""
        if found is None or when is None or is_other(said, words):
            continue
        if pattern not in _DUE and points_at_it(words) and family(said) != "task":
            continue
        task = subject(said, _owned(said, words)) or (latest_task(said, words) if _MAKES_DUE is pattern else None)
        if task is not None:
            return command(said, "task.deadline", task, when=when)
    return _shifted(said, text) or _of_it(said, text) or _of_project(said, text)


def _skipped(said: Understanding, text: str) -> Command | None:
    """ "Skip it this week", behind a task that comes again: once later."""
    last = said.conversation.last
    again = str(last.steps[-1].slots.get("recurrence") or "") if last and family(said) == "task" else ""
    task = pointed(said, "") if again and _SKIPPED.fullmatch(text) else None
    if task is None:
        return None
    plain = _WEEKDAY.sub("week", again)
    period = next((period for word, period in _PERIODS if word in plain), "a week")
    return command(said, "task.deadline", task, when=f"later by {period}")


def _all_of_them(said: Understanding, text: str) -> Command | None:
    """ "Move everything of his to next Monday", behind the question what somebody has to do: all that was told."""
    found, last = _ALL_OF.fullmatch(text), said.conversation.last
    step = last.steps[-1] if last else None
    when = time_of(said, found["t"]) if found else None
    if step is None or when is None or step.action != "task.query" or not step.slots.get("assignees"):
        return None
    tasks = pointed(said, "all of them")
    return command(said, "task.deadline", tasks, when=when) if tasks else None


def _of_project(said: Understanding, text: str) -> Command | None:
    """ "Make it the deadline of the Veltex project", of a day that was just told."""
    for found in filter(None, (pattern.fullmatch(text) for pattern in _PROJECT_DUE)):
        then = said.conversation.last_when if found["t"].casefold() in _THAT_DAY else None
        when = f"{then:%B} {then.day}, {then.year}" if then else time_of(said, found["t"])
        if when and isinstance(said.names.resolve(found["p"], ("project",)), NameFound):
            step = Step("project.update", {"name": found["p"], "when": when})
            return Command(said.text, (step,), SURE, "template")
    return None


def _of_it(said: Understanding, text: str) -> Command | None:
    task = pointed(said, "") if family(said) == "task" else None
    if task is None:
        return None
    if (then := _TIME_THEN.search(said.text)) and (when := time_of(said, unfilled(said.text[: then.start()]))):
        return command(said, "task.deadline", task, when=when)
    for pattern in (_TOO, *_OF_IT):
        found = pattern.fullmatch(text)
        when = time_of(said, next(filter(None, found.groups()), "")) if found else None
        if when:
            return command(said, "task.deadline", task, when=when)
    return None


def _shifted(said: Understanding, text: str) -> Command | None:
    """ "Give her one more day for it", "put it off by a week"."""
    for pattern in _SHIFTED:
        found = pattern.fullmatch(text)
        words = found.groupdict().get("x") or "it" if found else ""
        if found is None or (points_at_it(words) and family(said) != "task") or is_other(said, words):
            continue
        length = _MORE.sub("", found["d"]).strip()
        times = find(length, said.now, said.house)
        whole = len(times) == 1 and times[0].kind == "duration" and times[0].span == (0, len(length))
        more = pattern is not _SHIFTED[0] or found["more"] or _MORE.search(found["d"])
        if whole and more and (times[0].seconds or 0) >= _LEAST_S and (task := subject(said, words)):
            way = "earlier" if _EARLIER.search(text) else "later"
            return command(said, "task.deadline", task, when=f"{way} by {length}")
    return None


def is_other(said: Understanding, words: str) -> bool:
    """Whether something else that has a time is called so: a meeting is moved as well."""
    return any(fitting(said.directory.titles(), words, kind) for kind in _OTHERS)


def _owned(said: Understanding, words: str) -> str:
    """The words without whose it is: her photographer thing, Petra's invoice."""
    first, _, rest = words.partition(" ")
    owner = first.removesuffix("'s")
    return rest if rest and owner != first and people(said, owner) else words
