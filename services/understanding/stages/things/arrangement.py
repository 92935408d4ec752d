"""A whole meeting in one sentence, in whatever order: "one on one with Yusuf, Fridays three pm, half an hour".

Templates take what stands around a title off its two ends. Where a topic follows the time, or commas part it all, the
sentence is cut into its parts (slots/arrangement.py) before commas part it into commands.
"""

from __future__ import annotations

import re

from services.understanding.base import VOCABULARY, Command, Step
from services.understanding.names.base import NameFound
from services.understanding.sentences.spans import find_spans, mask
from services.understanding.slots.arrangement import Parts, is_event, may_be_event, parts_of
from services.understanding.slots.fewer_words import in_fewer_words
from services.understanding.stages.base import Understanding
from services.understanding.stages.things.meeting_asked import is_somebody
from services.understanding.when import find
from services.understanding.words import Word, split_words, word_set

_SURE = 0.9
_LONGEST = 200
_FEW = 2
"""Parts that may be told by the way: without a verb it takes more."""
_MANY = 3
"""With more than these it is told as a meeting is."""
_MOST_WORDS = 4
_DAY = re.compile(r"day\b|\btomorrow\b|\btonight\b", re.IGNORECASE)
_POLITE = re.compile(
    r"^(?:(?:um|uh|so|then|and|ok|okay|right|please|can you|could you|would you|i need|i want|i'd like|we need|let's"
    r"|i'd like to|i want to|i need to|we need to)[\s,]+)+",
    re.IGNORECASE,
)
_ARRANGES = re.compile(
    r"^(?P<verb>book|schedule|arrange|set up|organi[sz]e|plan|pencil in|slot in|put|add|enter|make|create|get"
    r"|squeeze)\s+(?:(?:me|us)\s+(?=in\b))?(?P<in>in\s+)?(?:(?:me|us)\s+)?",
    re.IGNORECASE,
)
_LOOSE = ("put", "add", "enter", "make", "create", "get")
"""Verbs of much else."""
_AS_WELL = re.compile(r"\s+(?:as well|too)(?=\s*(?:,|$))|,?\s+as (?:it was|before|it is)(?=[\s.!]*$)", re.IGNORECASE)
_PARTICLE = re.compile(
    r"^(?P<what>.+?) (?:in|down)(?: for)?(?:,? )"
    r"(?=(?:with|on|at|for|every|each|about|from|\S*days?\b|tomorrow|today)\b)",
    re.IGNORECASE,
)
_HOUR = re.compile(
    r",\s*(?P<hour>(?:half (?:past )?|quarter (?:past|to) )?(?:one|two|three|four|five|six|seven|eight|nine|ten"
    r"|eleven|twelve))(?= ?,|\s*$)",
    re.IGNORECASE,
)
""" "Put the horse in, eight, an hour": between commas it is the time."""
_AN_HOUR = re.compile(r",\s*hour\b", re.IGNORECASE)
_WRITE_IN = re.compile(
    r"[\s,.;]*\b(?:(?:please|can you|could you|would you|might you|will you|so)\s+)*"
    r"(?:set\s+(?:that|it|this)\s+up|(?:put|write|note|enter|get|mark|add|stick)\s+(?:that|it|this)"
    r"(?:\s+(?:down|in|up|too))*(?:\s+(?:in|on|into|to)\s+(?:the|my|our)\s+(?:calendar|diary|schedule))?)"
    r"(?P<when>\s+(?:from|at|for)\s+[\w ':]+?)?(?:\s+too)?"
    r"(?:[\s,]+(?:please|otherwise .*|or i.*|before i .*))?[\s.!]*$",
    re.IGNORECASE,
)
_IN_CALENDAR = re.compile(r"\b(?:in|on|into|to) (?:the|my|our) (?:calendar|diary|schedule)\b", re.IGNORECASE)
_INTO = re.compile(r"\b(?:in|on|into|to)\b|\bset\b|\bput\b|\benter\b", re.IGNORECASE)
_IS_ON = re.compile(
    r"^(?:the |our |my )?(?P<what>[\w' -]+?)(?: itself)? (?:is|will be|takes place|is going to be)"
    r" (?=(?:on|at|from|every|next|this|tomorrow|today|tonight)\b)",
    re.IGNORECASE,
)
_FROM = re.compile(r"^\s+(?:from|for) (?!.*\b(?:till|until|to)\b)", re.IGNORECASE)
_ASKS = re.compile(r"(?:^|[,.;]\s*)(?:is|are|was|were|does|did|has|who|what|when|where|which|how|why)\b", re.IGNORECASE)
_WANTS = re.compile(
    r"^(?:they|we|he|she|i)(?:'d like| would like| want| wants| need| needs) (?!to\b)(?:an? |some |the )?",
    re.IGNORECASE,
)
_COMES = re.compile(
    r"^(?:and |so |the )*(?P<who>[\w'-]+(?: [\w'-]+){0,3}?)(?:'s| is| are|'re) "
    r"(?:coming(?: over| round| by| in)?|here|due)\b",
    re.IGNORECASE,
)
_HAS = re.compile(r"^(?P<who>[\w-]+(?: [\w-]+)?)(?:'s got| has got| has|'s) (?P<at>at )?", re.IGNORECASE)
_TITLES = word_set("mr mrs ms miss dr doctor prof professor herr frau")
_PERSONAL = ("him", "her", "them")
_PUT_THAT = re.compile(
    r"^(?:(?:and|then|ok|okay|so|also)[\s,]+)*(?:put|write|note|enter|get|add|stick|pop|drop|chuck)"
    r" (?P<what>that|it|this|the [\w -]+?)(?: down| in| up)*(?: (?:in|on|into|to) (?:the|my|our) (?:calendar|diary"
    r"|schedule))?(?: too| as well| please)*(?:\s*,\s*(?P<rest>.+))?[\s.!]*$",
    re.IGNORECASE,
)
_IS = re.compile(r"(?<=\w)['’]s (?=(?:on|at|tomorrow|today|tonight|next|every)\b)")
_MINE = re.compile(
    r"^(?:(?:we're|we are|i'm|they're) (?:having|doing|holding)|we'll have|i've got|i have|we've got|we have"
    r"|there's|there is|it's)\s+",
    re.IGNORECASE,
)
_WE_DO = re.compile(
    r"^(?P<when>(?:every|each|on|next|this|tomorrow|today)\b[^,]{0,40}?) (?:we|i)(?:'re|'ll| will| are)?"
    r" (?:do|have|hold|doing|having|holding|meet for) (?:the |an? )?(?P<what>.+)$",
    re.IGNORECASE,
)
""" "Every Monday at eight we do the menu plan, Marco and me, half an hour": when it is comes first."""
_AND_ME = re.compile(r"(?<=\w) and me\b|\bme and (?=\w)", re.IGNORECASE)
_OTHER = re.compile(
    r"\b(?:task|todo|reminder|alarm|timer|note|list|channel|project|contact|customer|report|routine|message|file|number"
    r"|deadline|due)\b",
    re.IGNORECASE,
)


def arrangement(said: Understanding) -> Understanding | None:
    """The meeting that is told of in one sentence."""
    text = said.text.strip()
    if len(text) > _LONGEST or text.endswith("?") or _ASKS.search(text) or _OTHER.search(_WRITE_IN.sub("", text)):
        return None
    parts = _written_in(said, text) or _arranged(said, text)
    parts = _as_written_to_them(said, text) or parts
    if parts is None or _is_over(said, parts):
        return None
    return said.found(Command(said.text, (Step("meeting.create", parts.slots()),), _SURE, "template"))


def we_do(said: Understanding) -> Understanding | None:
    """ "Every Monday at eight we do the menu plan, Marco and me, set that up": none of it is of the last meeting."""
    end = _WRITE_IN.search(said.text.strip())
    return arrangement(said) if end and _WE_DO.match(said.text.strip()[: end.start()]) else None


def _as_written_to_them(said: Understanding, text: str) -> Parts | None:
    """ "Put that in the calendar, an hour, with them", behind a message that tells when it is."""
    last = said.conversation.last
    put = _PUT_THAT.match(text) if last and last.steps[-1].action in ("message.send", "channel.message") else None
    told = str(last.steps[-1].slots.get("content", "")) if last else ""
    if put is None or not told:
        return None
    what = [word.text for word in split_words(put["what"]) if word.text != "the"]
    words = {word.text.removesuffix("'s") for word in split_words(told)}
    if put["what"].lower() not in ("that", "it", "this") and not set(what) <= words:
        return None
    rest = f", {put['rest']}" if put["rest"] else ""
    return _written_in(said, f"{_IS.sub(' is ', told)}{rest}, put that in the calendar")


def _is_over(said: Understanding, parts: Parts) -> bool:
    """Whether it tells of what has been: "six hundred came in this morning"."""
    told = [each for when in parts.times.get("when", ()) for each in find(when, said.now, said.house)]
    ends = [each.end or each.start for each in told if each.grain != "minute"]
    return bool(ends) and all(end is not None and end <= said.now for end in ends)


def _arranged(said: Understanding, text: str) -> Parts | None:
    """By a verb that arranges, or by a noun and its time and more."""
    bare = _POLITE.sub("", in_fewer_words(_AS_WELL.sub("", text)))
    verb = _ARRANGES.match(bare)
    rest = bare[verb.end() :] if verb else _MINE.sub("", bare)
    timed = verb or may_be_event(rest.partition(",")[0])
    rest = _AN_HOUR.sub(", an hour", _HOUR.sub(r", at \g<hour>", rest)) if timed else rest
    particle = _PARTICLE.match(rest) if verb else None
    rest = f"{particle['what'].removesuffix(' back')} {rest[particle.end() :]}" if particle else rest
    parts = _parts(said, rest)
    if parts is None or not ({"when", "recurrence"} & set(parts.times)):
        return None
    _room_for_title(parts)
    event = any(is_event(title) or (may_be_event(title) and parts.count > _MANY) for title in parts.title[:1])
    calendar = _IN_CALENDAR.search(text) is not None
    if verb is None:
        return _without_verb(said, rest, parts, event=event)
    somebody = parts.title[0].casefold() if particle and parts.title else ""
    role = said.names.resolve(somebody, ("person",)) if somebody and not parts.attendees else None
    if isinstance(role, NameFound) and role.how == "role":
        parts.attendees, parts.title = [parts.title[0]], parts.title[1:]
        return parts
    if somebody in _PERSONAL or (said.names.is_name(somebody) and not parts.attendees):
        parts.attendees, parts.title = [parts.title[0], *parts.attendees], []
        parts.attendees = _spoken_of(said, somebody) or parts.attendees
        return parts
    known = (
        event
        or calendar
        or particle is not None
        or verb["in"] is not None
        or verb["verb"].casefold().startswith("pencil")
    )
    if not known and verb["verb"].casefold() in _LOOSE:
        return None
    inside = _IN_CALENDAR.search(text)  # in the calendar, and then the time
    apart = (
        parts.turned
        or (inside is not None and inside.end() < len(text.rstrip(" .!")))
        or parts.counted > 1
        or particle is not None
        or verb["in"] is not None
    )
    return parts if apart and (known or parts.attendees) else None


def _spoken_of(said: Understanding, pronoun: str) -> list[str]:
    """Whom "him" means where the last command was about a meeting with one who is no contact, or a customer."""
    last = said.conversation.last.steps[-1] if said.conversation.last else None
    of_meeting = last is not None and VOCABULARY[last.action].family == "meeting"
    told = last.slots.get("attendees") if last and of_meeting and pronoun in ("him", "her") else None
    people = [str(each) for each in told] if isinstance(told, (list, tuple)) else []
    return people if len(people) == 1 and people[0].casefold() not in _PERSONAL else []


def _without_verb(said: Understanding, text: str, parts: Parts, *, event: bool) -> Parts | None:
    clocked = any(found.grain == "minute" for found in find(text, said.now, said.house))
    if clocked and _is_somebody(said, parts):
        parts.attendees, parts.title = parts.title, []
        return parts
    told = event and parts.turned and (clocked or parts.count > _FEW)
    return parts if told or _is_a_stretch(said, text, parts) else None


def _is_a_stretch(said: Understanding, text: str, parts: Parts) -> bool:
    """ "Parents' evening on Thursday from seven till nine": from when until when, and on which day."""
    times = find(text, said.now, said.house)
    whole = len(times) == 1 and times[0].kind == "interval" and times[0].start is not None and times[0].end is not None
    named = len(parts.title) == 1 and len(parts.title[0].split()) <= _MOST_WORDS
    named = named and len(parts.times.get("when", ())) == 1
    clocked = whole and times[0].grain == "minute" and _DAY.search(text) is not None
    return clocked and named and said.read(said.text).source != "template"  # "quiet tomorrow from ten till six"


def _is_somebody(said: Understanding, parts: Parts) -> bool:
    """ "Mr Hofer at eleven on Thursday, half an hour": somebody, a time, and how long, where or about what."""
    more = "duration" in parts.times or parts.location or parts.topic
    names = [word.text for title in parts.title for word in split_words(title)]
    known = bool(names) and (names[0] in _TITLES or all(is_somebody(said.names, name) for name in names))
    return bool(more) and known and not parts.attendees


def _written_in(said: Understanding, text: str) -> Parts | None:
    """A fact and its time, and that it is to be put down: "plumber's coming Friday at eight, write that in"."""
    end = _WRITE_IN.search(text)
    if end is None or end.start() == 0:
        return None
    fact = _MINE.sub("", _POLITE.sub("", text[: end.start()]))
    comes, to_calendar = _COMES.match(fact), _INTO.search(end.group()) is not None
    if not comes and not to_calendar:
        return None  # "write that down" is for notes, too
    if comes:
        fact = f"{comes['who']} {fact[comes.end() :]}"
    elif is_on := _IS_ON.match(fact):
        fact = f"{is_on['what']} {fact[is_on.end() :]}"
    elif wants := _WANTS.match(fact):
        fact = fact[wants.end() :]
    elif has := _HAS.match(fact):
        fact = f"{has['who']} at {fact[has.end() :]}" if has["at"] else f"{has['who']}'s {fact[has.end() :]}"
    fact = _AND_ME.sub("", _WE_DO.sub(r"\g<what>, \g<when>", fact))
    fact = fact.strip(" ,.").replace(". ", ", ") + _FROM.sub(" at ", end["when"] or "")
    parts = _parts(said, fact) or _parts(said, _without_talk(said, fact))
    return parts if parts and parts.title and {"when", "recurrence"} & set(parts.times) else None


def _without_talk(said: Understanding, fact: str) -> str:
    """Without a clause that tells no time, and no part of it: "Mrs Kranz put it in my letterbox"."""
    first, *others = fact.split(", ")
    kept = [each for each in others if find_spans(each, said.now, said.house) or _parts(said, f"{first}, {each}")]
    return ", ".join((first, *kept))


def _room_for_title(parts: Parts) -> None:
    """ "Book the small meeting room": it is where, not what."""
    if parts.title and parts.title[0].casefold().endswith((" room", " hall")) and not parts.location:
        parts.location, parts.counted = parts.title.pop(0), parts.counted + 1


def _parts(said: Understanding, text: str) -> Parts | None:
    words: list[Word] = mask(text, find_spans(text, said.now, said.house))
    return parts_of(text, words, said.names.is_name) if words else None
