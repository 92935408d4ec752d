"""Questions about a task said by some of its words, and about those spoken of: "did the scaffolding get ordered",
"whose job was that", "when are those due".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from services.understanding.base import Command
from services.understanding.stages.base import Understanding
from services.understanding.stages.tasks.phrasings import phrasings, unfilled
from services.understanding.stages.tasks.plates import of_people
from services.understanding.stages.tasks.several import of_project, of_those
from services.understanding.stages.tasks.titles import (
    Subject,
    about,
    command,
    counting,
    family,
    fitting,
    named,
    people,
    pointed,
    points_at_it,
    subject,
    time_of,
)
from services.understanding.words import word_set

_YET = r"(?: yet| already| now| ever| at all)*"
_STANDS = word_set("done finished complete completed ready sorted overdue late blocked")
_ELLIPTIC = re.compile(
    r"(?:(?:is|are|was|were) )?(?P<x>.+?)[,.:]? (?P<v>[a-z]+)(?:,? (?:or not|or what|or no)| yet| already)+", re.I
)
""" "Hinges. Ordered or not"."""
_WHETHER = re.compile(
    rf"(?:did|has|have|is|are|was|were) (?P<x>.+?)(?: ever| already)*(?: get| got| been| being)?"
    rf" (?P<v>[a-z]+|on track|on time|on schedule|in progress|on hold"
    rf"|gone (?:out|off|through|in)|come (?:back|in|through)|been (?:sent|done)|on (?:its|their) way){_YET}",
    re.I,
)
_BY_SOMEBODY = re.compile(
    rf"(?:has|have|did) (?P<who>(?:(?:mrs?|ms|dr|herr|frau)\.? )?[^\W_]+)(?: ever| already| actually)* (?P<v>[a-z]+)"
    rf"{_YET} (?P<x>.+?){_YET}",
    re.I,
)
_FRONTED = re.compile(
    r"(?:what about |how about )?(?P<x>[^,]+), (?:did|has|have|is|are|was|when|when's|who|who's|whose)\b.*\b"
    r"(?:it|that|those|them|these|him|her)\b.*",
    re.I,
)
_WHOSE = re.compile(
    r"(?:whose(?: job| task| turn| responsibility)?(?: is| was|'s)|who(?:'s| is| was| has)(?: got| doing| on"
    r"| responsible for| in charge of| at| looking after| taking care of| seeing to| dealing with| sorting(?: out)?"
    r"| taking on| handling| down for)|who does|who's|who has|who(?:m)? did (?:i|we)"
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
    r"|how (?:long|much time) (?:do|does|have|has) [^\W_]+ (?:still )?(?:have|got)(?: left)? (?:for|on|with) (?P<w>.+)",
    re.I,
)
_BY_WHEN = re.compile(
    r"(?:and )?(?:by when|until when|till when|due when|when by|when(?:'s| is| was) (?:it|that"
    r"|this)(?: one)?(?: due| for)?"
    r"|when for|what's (?:the|its) (?:deadline|due date))(?: again| then| exactly| tho| though)*",
    re.I,
)
_DUE_WHEN = re.compile(
    r"(?:by when|until when|till when|when)\b.*\b(?:must|should"
    r"|(?:have|has|had|need|needs|needed|supposed|meant|going|want|wants|wanted) (?:(?:it|them|that|those) )?"
    r"(?:to|done|ready|finished|back)|due)\b(?P<end>.*)",
    re.I,
)
_TELLS_NOTHING = word_set("""by when until till exactly does do did has have had must should need needs needed supposed
    meant going want wants wanted it that this they those them these he she i we you be get due one again at latest
    ready done finished back handed hand turned in sent delivered submitted there here through complete completed is
    are was were will shall gotten got then now""")
""" "When does he have to have them ready": no word but of when the one spoken of is due."""
_ENDS_IT = word_set("finish do deliver complete submit file")
_STILL_HIS = re.compile(
    r"(?:(?:is|are) (?:it|that|they|those) )?still (?:with |on |for )?(?P<who>[^\W_]+?(?: [^\W_]+?)?)(?:'s?)?"
    r"(?: (?:job|task))?",
    re.I,
)
_HAS_IT = re.compile(
    r"(?:does )?(?P<who>[^\W_]+)(?:'s| does| do| has| have)?(?: still)? (?:have|has|got|doing|on|does) (?:it|that|them)"
    r"(?: still| though| tho| now)*,? (?P<x>(?:the|that|this) .+)",
    re.I,
)
""" "She does still have it though, the piano"."""
_CAN_BEGIN = re.compile(
    r"(?:can|could|may) (?:(?P<x>.+?) (?:start|begin|go ahead|be (?:started|begun|done))"
    r"|(?:we|i|he|she|they|[^\W_]+) (?:start|begin|go ahead)(?: on| with)? (?P<y>.+?))(?: now| already| yet| then)*",
    re.I,
)
_HELD_UP = re.compile(
    r"(?:is|are) (?P<x>.+?) (?:held up|waiting|stuck|blocked|on hold|being held up)(?: by| for| on)?"
    r"(?: anything| something)?|what(?:'s| is) (?:holding|keeping) (?P<y>.+?)(?: up| back)?"
    r"|what (?:is|are|does|do) (?P<z>.+?) (?:wait|waiting) (?:for|on)",
    re.I,
)
_ONE_ALREADY = re.compile(
    r"(?:have|had|do|did|is|was)(?:n't|n’t)? (?:we|i|there) (?:got |have |make )?(?:not )?(?:already )?(?:one|a task"
    r"|a job|something)(?: like (?:that|it|this)| of those| there)?(?: already)?(?:,? (?:for|about|with))?"
    r"(?:,? (?P<x>.+))?",
    re.I,
)
""" "Haven't we got one like that already, the lab", behind a new task."""
_DUE_THEN = re.compile(
    r"(?:that|it|this)(?:'s| is)(?: due| for| by| still| only| already)* (?P<t>.+?),?"
    r" (?:isn't it|right|correct|no|yes)",
    re.I,
)
""" "That's today, isn't it", of the one spoken of."""
_CLEFT = re.compile(
    r"(?:it's|it is|what about|how about|speaking of|as for) (?P<x>.+?)(?: (?:that|which|i)\b.+)?", re.I
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
_MATTER = re.compile(r"^(?:the )?(?:matter|business|job|task|question) of ", re.I)
_POLITE = re.compile(
    r"^(?:(?:(?:may|might|could|can) i (?:ask|know|trouble you for)|(?:could|can|would|will) you (?:please |kindly"
    r" )?tell"
    r" (?:me|us)|(?:please )?(?:tell|remind) (?:me|us)|(?:do )?you know|i(?:'d like| want| would like) to know"
    r"|i wonder|let me know)(?: please)?,? )+",
    re.I,
)
""" "May I ask what Herr Lutz has on his plate": the question stands behind."""


def asked_of_task(said: Understanding) -> Understanding | None:
    """A question about tasks, by some of their words."""
    for text in _questions(said):
        for reads in (_about, of_people, of_those, of_project):
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
    then = _DUE_THEN.fullmatch(text) if family(said) == "task" else None
    if _BY_WHEN.fullmatch(text) or (then and time_of(said, then["t"])):
        task = _topic(said, text) or (pointed(said, "") if family(said) == "task" else None)
        return command(said, "task.query", task) if task else None
    if _DUE_WHEN.fullmatch(text) and (task := _due_of_it(said, text)):
        return command(said, "task.query", task)
    task = _whether(said, text) or (_of_it(said, text) if family(said) == "task" else None)
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


def _due_of_it(said: Understanding, text: str) -> Subject | None:
    """Of the one spoken of, or of that with the verb of the question, where it has a word of what was told last."""
    own = [word for word in counting(text) if word not in _TELLS_NOTHING and not people(said, word)]
    if not own:
        return pointed(said, "") if family(said) == "task" else None
    told, known = set(counting(said.conversation.reply)), said.directory.titles()
    own = [word for word in own if word not in _ENDS_IT] or own
    titles = fitting(known, " ".join(own))
    if len(titles) == 1 and re.search(rf"\b(?:the|that|his|her|their|our|my) {own[-1]}\b", text, re.I):
        return None if any(fitting(known, own[-1], kind) for kind in ("meeting", "reminder")) else Subject(titles[0])
    return Subject(titles[0]) if len(titles) == 1 and told & set(counting(titles[0])) else None


def _of_it(said: Understanding, text: str) -> Subject | None:
    """What is asked of the task spoken of, or of one that is named behind."""
    if (found := _STILL_HIS.fullmatch(text)) and people(said, found["who"]):
        return pointed(said, "")
    if (found := _HAS_IT.fullmatch(text)) and people(said, found["who"]):
        return named(said, found["x"])
    if found := _CAN_BEGIN.fullmatch(text):
        words = found["x"] or found["y"]
        return (_topic(said, text) or pointed(said, words)) if points_at_it(words) else named(said, words)
    if found := _HELD_UP.fullmatch(text):
        return subject(said, found["x"] or found["y"] or found["z"])
    found = _ONE_ALREADY.fullmatch(text)
    return named(said, found["x"]) if found and found["x"] else None


def _topic(said: Understanding, question: str) -> Subject | None:
    """What was named before the question: "now, the rota. By when does that have to be finished"."""
    before = said.text[: max(said.text.find(question), 0)].strip(" ,.;:!")
    cleft = _CLEFT.fullmatch(before)
    pieces = [each for each in (cleft["x"] if cleft else "", before, re.split(r"[,.;:!]\s+", before)[-1]) if each]
    return next((task for each in pieces if (task := named(said, unfilled(each)))), None) or (
        about(said, before) if before else None
    )


def _whether(said: Understanding, text: str) -> Subject | None:
    """Whether it is done, said in so many words or by the verb of its title."""
    if found := _WHETHER.fullmatch(text) or _ELLIPTIC.fullmatch(text):
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


_PERSON = word_set("he she they him her")
_PAST = ("ed", "en", "t", "ne", "ng", "id", "de", "ld", "un")


_SOMEBODY = word_set("anyone anybody somebody someone we you i he she they")


def _unowned(said: Understanding, words: str) -> str:
    first, _, rest = words.partition(" ")
    owner = first.removesuffix("'s")
    return rest if rest and owner != first and people(said, owner) else words
