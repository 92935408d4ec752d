"""What is said next of the meeting just spoken of: who comes, who shall come, where it is, how long it takes.

"Get Uwe in there as well" is said of channels, too, and "in room five" of nothing at all; behind a meeting both are
clear. Several may be told at once: "in the small room, and half an hour is plenty".
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from services.understanding.base import Command, Reference, Slot, Step
from services.understanding.sentences.spans import find_spans, mask
from services.understanding.slots.arrangement import ROOMS
from services.understanding.stages.base import Understanding
from services.understanding.stages.remarks.tellings import has_value
from services.understanding.stages.things.attendance import IT, TOO, joined, people_named, people_told, swapped
from services.understanding.stages.things.beside import about
from services.understanding.stages.things.meeting_asked import asked, called_off
from services.understanding.vocabulary import VOCABULARY
from services.understanding.words import FILLERS, split_words, word_set

_SURE = 0.9
_LONGEST = 120
_FILLERS = re.compile(rf"^(?:(?:{FILLERS}|please|can you|could you)[\s,]+)+", re.IGNORECASE)
_WHY = re.compile(
    r"\s*,\s*(?:because|since|otherwise|i'm|i've|i'll|i|he's|he'll|he|she's|she'll|she|they're|they|we're|we've|we|that's"
    r"|it's|there's|not|my|his|her)\b.*$",
    re.IGNORECASE,
)
"""The reason behind a comma: "push it back, I'm still stuck"."""
_NOT_THERE = re.compile(r"(?<=\w),? not (?:at |in )?(?:the|my|our) [\w ]{2,20}$", re.IGNORECASE)
""" "It's at the lido, not the school"."""
_PLEASE = re.compile(r",? (?:please|thanks|thank you)$", re.IGNORECASE)
_PLACES = (
    re.compile(rf"(?:it's |it is )?(?P<in>in|at) (?P<place>.+?){TOO}", re.IGNORECASE),
    re.compile(rf"(?:move|switch|shift|put|have) {IT} (?:over )?(?:to|into|in|at) (?P<place>.+?){TOO}", re.IGNORECASE),
    re.compile(rf"(?:book |get |take )?(?P<place>.+?) for {IT}{TOO}", re.IGNORECASE),
    re.compile(
        rf"(?:could|can|should|must|will|has to) {IT} (?:be moved|move|be|go|happen|take place) (?:over )?"
        rf"(?:to|in|into|at) (?P<place>.+?){TOO}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?:leave|keep|have|hold|do|let's (?:do|have)) {IT} (?:over )?(?:in|at) (?P<place>.+?){TOO}", re.IGNORECASE
    ),
)
_ADDRESS = re.compile(
    r"(?P<place>(?:[^\W\d]\w*(?:stra(?:ße|sse)|str|weg|platz|allee|gasse|ring|hof|damm)|[^\W\d]\w+ (?:street|road|lane"
    r"|avenue|square)) \d{1,3}[a-z]?|\d{1,3}[a-z]? [^\W\d]\w+ (?:street|road|lane|avenue|square))(?: too| as well| then"
    r"| please)*",
    re.IGNORECASE,
)
""" "Gartenweg 3 as well": a street and its number."""
_PLACED = re.compile(
    r"(?:put|make|say|write|set|enter|use)(?: down| in)? (?P<place>.+?)"
    r" (?:for|as|under) (?:the|its) (?:place|location|room)"
    r"|(?:the |its )?(?:place|location|room|venue)(?: of (?:it|that))?"
    r"(?:'s| is| should be| will be| shall be|,|:) (?P<is>.+)",
    re.IGNORECASE,
)
"""With the word that says so, any place is one: "put at home for the place"."""
_ROOM_THEN = re.compile(
    r"(?:the |my |our )?(?!(?:is|are|was|can|could|will|would|what|which|do|does)\b)(?P<place>[\w' -]{3,30}?)"
    r" (?:then|instead|rather)",
    re.IGNORECASE,
)
_NO_PLACE = word_set("""calendar diary list lists project folder note notes file task tasks channel team group time day
    week month other next end start top bottom front back morning afternoon evening one ones report order""")
_MOVES = re.compile(r"(?:move|shift|push|put|switch|change) (?:him|her|them) (?:back |forward )?to (?P<when>.+)", re.I)
_CRIED_OFF = re.compile(
    r"(?:oh dear[, ]+|and |so )*(?:the )?(?P<who>[\w' -]{2,40}?)(?: have| has|'s|'ve|(?= cancell?ed))"
    r"(?: (?:just|all))* (?:cried off|called (?:it )?off|pulled out|cancell?ed|backed out)(?: altogether| again)?[.!]*",
    re.IGNORECASE,
)
_AT = re.compile(r"(?P<who>[\w' -]{2,40}?) (?:can|could|will|should) come (?P<when>at .+)", re.I)
"""Whoever stands in the calendar already comes at another time."""
_AROUND_LENGTHS = word_set("""only just is plenty enough will would do long it's it its make that that's and be fine ok
    have has ought oughta should must gotta got
    keep drop reduce one safe okay for cut to down by last lasts should takes take at most no better rather best
    push move back forward later earlier longer shorter more less up bring out please then an extra this""")
_WAYS: Mapping[str, str] = {
    **dict.fromkeys(("later", "back"), "later"),
    **dict.fromkeys(("earlier", "forward", "up"), "earlier"),
    **dict.fromkeys(("longer", "more", "extra"), "longer"),
    **dict.fromkeys(("shorter", "less"), "shorter"),
}
_SHIFTED = word_set("push move bring make later earlier longer shorter back forward")
_SHOVES = re.compile(r"\b(?:shove|bump|nudge|slide|knock|kick)(?= (?:it|that|this|him|her|them)\b)", re.IGNORECASE)
_CLOCK_ASKED = re.compile(
    r"(?:\w+,? ){0,2}(?:what|which) (?:day|date|time|weekday|day of the week) is it(?: today| now)?", re.IGNORECASE
)
_ADDRESSED = ("message", "person", "channel", "customer", "team")
_BEGUN = re.compile(
    r"(?:the )?(?!(?:it|that|this|he|she|we|they|there|who|what|meeting)\b)\w+(?:['’]s| is| are) (?:on|in)\s*[,.;]",
    re.IGNORECASE,
)
""" "Glue's on. Forty minutes": how long that takes."""
_ONE_MORE = re.compile(
    r"\b(?:one more|another one|a second one)\b(?! (?:hours?|minutes?|mins?|days?|weeks?)\b)", re.IGNORECASE
)
""" "We need one more on Monday": that one stays where it is."""
_POINTED = re.compile(r"\b(?:it|that|this)\b", re.IGNORECASE)
_AND = re.compile(r"\s*,\s*(?:and\s+)?|\s+and\s+", re.IGNORECASE)
_BEFORE = re.compile(
    r"(?:block|keep|give|book|reserve|hold|save|set aside|get|put in)(?: off| out)? (?:(?:me|us) )?"
    r"(?:the |an? )?(?P<long>(?:half(?: an)? |quarter of an |(?:\w+ )?)(?:hours?|minutes))"
    r" (?P<side>before)(?:hand)?(?: that| it| this)?(?: (?:for|to) (?P<title>.+))?",
    re.IGNORECASE,
)


def meeting(said: Understanding) -> Understanding | None:
    """A question about the meeting spoken of last, or a change of it."""
    if not is_spoken_of(said) or len(said.text) > _LONGEST:
        return None
    text = pushed(_FILLERS.sub("", said.text.strip(" .!?")))
    core = _PLEASE.sub("", _NOT_THERE.sub("", _WHY.sub("", text))).strip(" .,!?")
    before, _, last = core.rpartition(". ")
    core = f"{before}, {last}" if has_value(before, said) else last  # "It's flooded. Move it to the hall"
    for read in (asked, called_off, _blocked, _comes_at, swapped, _changed, joined):
        if command := read(said, core):
            return said.found(command, "talk")
    return None


def pushed(text: str) -> str:
    """With the usual verb for those of the same meaning: "shove it back"."""
    return _SHOVES.sub("push", text)


def is_spoken_of(said: Understanding) -> bool:
    """Whether what is said may be about a meeting: the one spoken of last, also behind a look at the clock, or, where
    it is pointed at, behind a message about it.
    """
    mentions, last = said.conversation.mentions, said.conversation.last
    if _BEGUN.match(_FILLERS.sub("", said.text.strip())) or _ONE_MORE.search(said.text):
        return False
    family = _family(last) if last else "meeting"  # none is left behind an undo
    if last and family in ("message", "channel") and _POINTED.search(said.text):
        mentions = tuple(each for each in mentions if each.kind not in _ADDRESSED)
        family = "meeting" if mentions and _tells_of(last, mentions[0].name) else family
    if family == "datetime" and _CLOCK_ASKED.fullmatch(said.text.strip(" .!?")):
        return False
    return bool(mentions) and mentions[0].kind == "meeting" and family in ("meeting", "datetime")


def _tells_of(last: Command, title: str) -> bool:
    """Whether a message has a word of a meeting's title, or tells what was done with it: "and let him know"."""
    content = last.steps[-1].slots.get("content")
    words = {word.text.removesuffix("'s") for word in split_words(str(content or ""))}
    return not words or bool(words & {word.text for word in split_words(title)}) or "changed" in words


def _comes_at(said: Understanding, core: str) -> Command | None:
    comes = _AT.fullmatch(core)
    if comes is None or not find_spans(comes["when"], said.now, said.house):
        return None
    return about(said, "meeting.update", {"title": comes["who"].removeprefix("the "), "when": comes["when"]})


def _changed(said: Understanding, core: str) -> Command | None:
    slots = piece(said, core)
    if slots is None:
        pieces = [_FILLERS.sub("", each) for each in _AND.split(core)]
        slots = _together([piece(said, each) or _at_a_time(said, each) for each in pieces]) if len(pieces) > 1 else None
    return about(said, "meeting.update", slots) if slots else None


def _at_a_time(said: Understanding, core: str) -> Mapping[str, Slot] | None:
    """ "Ten thirty. And forty five minutes is enough": a time beside something else."""
    spans = find_spans(core, said.now, said.house)
    whole = len(spans) == 1 and core[spans[0].start : spans[0].end] == core.removeprefix("at ").removeprefix("on ")
    return {"when": core} if whole and spans[0].kind == "when" else None


def cried_off(said: Understanding) -> Understanding | None:
    """ "Weiss have cried off", where meetings were spoken of, or of somebody who is known: theirs is cancelled."""
    found = _CRIED_OFF.fullmatch(said.text.strip()) if len(said.text) <= _LONGEST else None
    last = said.conversation.last
    if found is None or (not people_named(said, found["who"]) and (last is None or _family(last) != "meeting")):
        return None
    slots = {"attendees": [found["who"]]}
    return said.found(Command(said.text, (Step("meeting.cancel", slots),), _SURE, "template"), "talk")


def _family(command: Command) -> str:
    return VOCABULARY[command.steps[-1].action].family


def piece(said: Understanding, core: str) -> Mapping[str, Slot] | None:
    """What one piece tells of the meeting; None where it may be anything else."""
    if told := _length(said, core) or people_told(said, core):
        return told
    if (moved := _MOVES.fullmatch(core)) and find_spans(f"at {moved['when']}", said.now, said.house):
        return {"when": moved["when"]}
    return _placed(said, core)


def _placed(said: Understanding, core: str) -> Mapping[str, Slot] | None:
    """Where it is now."""
    if (placed := _PLACED.fullmatch(core)) and not find_spans(placed["place"] or placed["is"], said.now, said.house):
        return {"location": re.sub(r"^(?:the|at the|in the|in) ", "", placed["place"] or placed["is"])}
    if address := _ADDRESS.fullmatch(core):
        return {"location": address["place"]}
    if (then := _ROOM_THEN.fullmatch(core)) and ROOMS & {word.text for word in split_words(then["place"])}:
        return {"location": then["place"]} if _is_place(said, then["place"], sure=True) else None
    for pattern in _PLACES:
        if (found := pattern.fullmatch(core)) and _is_place(said, found["place"], sure="in" not in pattern.groupindex):
            return {"location": found["place"].removeprefix("the ")}
    return None


def _together(each: list[Mapping[str, Slot] | None]) -> Mapping[str, Slot] | None:
    slots: dict[str, Slot] = {}
    for told in each:
        if told is not None and _again(slots, told):
            continue  # Walter can't make it, take him off
        if told is None or set(told) & set(slots):
            return None
        slots |= told
    return slots or None


def _again(before: Mapping[str, Slot], told: Mapping[str, Slot]) -> bool:
    """Whether it only says once more of the same one, by a pronoun, what becomes of them."""
    same = before.get("direction") == told.get("direction") is not None
    return same and told.get("attendees") in (["him"], ["her"], ["them"])


def _length(said: Understanding, core: str) -> Mapping[str, Slot] | None:
    """Half an hour is plenty; push it back twenty minutes."""
    words = mask(core, find_spans(core, said.now, said.house))
    lengths = [word for word in words if word.kind == "duration"]
    rest = [word.text for word in words if not word.kind]
    if len(lengths) != 1 or len(lengths) + len(rest) != len(words) or not set(rest) <= _AROUND_LENGTHS:
        return None
    way = next((_WAYS[word] for word in reversed(rest) if word in _WAYS), "")
    told = core[lengths[0].start : lengths[0].end]
    if "by" in rest and {"cut", "drop", "reduce"} & {*rest}:
        return {"duration": told, "direction": "shorter"}
    if not way and {"push", "move", "bring"} & {*rest}:
        if "push" not in rest:
            return None  # which way is not said
        way = "later"
    return {"duration": told, "direction": way} if way and _SHIFTED & {*rest} else {"duration": told}


def _is_place(said: Understanding, place: str, *, sure: bool) -> bool:
    """A room, or the place where it is said to be; no time, and nobody."""
    words = [word.text for word in split_words(place)]
    if "," in place or not 0 < len(words) <= 5 or find_spans(place, said.now, said.house):
        return False
    if ROOMS & {*words}:
        return True
    own = words[0] in ("the", "his", "her", "my", "our") and len(words) > 1
    return own and (not sure or not _NO_PLACE & {*words})


def _blocked(said: Understanding, core: str) -> Command | None:
    """Time before the meeting: "block me the hour before for prep"."""
    before = _BEFORE.fullmatch(core)
    if before is None:
        return None
    head = said.conversation.mentions[0]
    long = before["long"].strip()
    long = f"an {long}" if long == "hour" else long
    title = (before["title"] or "preparation").removeprefix("the ")
    slots: dict[str, Slot] = {"title": title, "when": f"{long} before", "duration": long}
    of = Reference("when", "", head.kind, head.name, head.id, "context")
    return Command(said.text, (Step("meeting.create", slots, references=(of,)),), _SURE, "template")
