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
from services.understanding.slots.modifiers import split_names
from services.understanding.stages.base import Understanding
from services.understanding.stages.things.meeting_asked import about, asked, called_off, is_somebody
from services.understanding.vocabulary import VOCABULARY
from services.understanding.words import FILLERS, split_words, spoken, word_set

_SURE = 0.9
_LONGEST = 120
_IT = r"(?:it|that|this|that one|this one|there|the meeting|the appointment)"
_TOO = r"(?:\s+(?:too|as well|also|again|please|then|now|instead))*"
_FILLERS = re.compile(rf"^(?:(?:{FILLERS}|please|can you|could you)[\s,]+)+", re.IGNORECASE)
_WHY = re.compile(
    r"\s*,\s*(?:because|since|otherwise|i'm|i've|i'll|i|he's|he'll|he|she's|she'll|she|they're|they|we're|we've|we|that's"
    r"|it's|there's|not|my|his|her)\b.*$",
    re.IGNORECASE,
)
"""The reason behind a comma: "push it back, I'm still stuck"."""
_PLEASE = re.compile(r",? (?:please|thanks|thank you)$", re.IGNORECASE)
_LETS = re.compile(
    r"^(?:let's|let us|(?:i|we)(?:'d| would) (?:like|love)(?: to)?|(?:i|we) (?:want|need)(?: to)?"
    r"|(?:i|we) (?:should|must)|(?:could|can|shall) we)\s+(?:also )?",
    re.IGNORECASE,
)
_COMING = (
    r"(?:come|come along|be there|be in|join|join in|join us|sit in|attend|take part|be part of it|be in on it"
    rf"|come with (?:us|me)|be in {_IT}|sit in on {_IT}|come to {_IT}|join {_IT})"
)
_COMES = (
    r"(?:comes along|comes too|comes as well|joins|joins us|joins in|attends|sits in|takes part|is in"
    rf"|(?:is|'s|are|'re) (?:coming|joining|in on {_IT})(?: along| with us| us| in)?(?: (?:for|to|at) {_IT})?)"
)
_ADDS = (
    re.compile(
        rf"(?:get|put|add|bring|have|invite|include|take|want|like|count) (?P<who>.+?)"
        rf" (?:in|into|to|along|in on|there|on board|with us|down|at)(?: {_IT})?{_TOO}",
        re.I,
    ),
    re.compile(
        rf"(?P<who>.+?)(?:'d| should| must| has to| have to| needs to| need to| ought to| can| could| will|'ll"
        rf"| is going to| wants to| would like to)(?: also| better)? {_COMING}{_TOO}(?: because .+)?",
        re.IGNORECASE,
    ),
    re.compile(rf"(?P<who>.+?) ?(?:also )?{_COMES}{_TOO}", re.IGNORECASE),
    re.compile(r"(?P<who>.+?) (?:is|'s) (?:in|coming) (?:too|as well|also)", re.IGNORECASE),
    re.compile(rf"(?:invite|include|\+|plus) ?(?P<who>.+?)(?: to {_IT})?{_TOO}", re.IGNORECASE),
)
_REMOVES = (
    re.compile(rf"(?:take|get|kick|leave|drop|remove) (?P<who>.+?) (?:out|off|from)(?: of)?(?: {_IT})?{_TOO}", re.I),
    re.compile(
        rf"(?P<who>.+?)(?:'s| is)? (?:can't|cannot|won't|can not|isn't|not) (?:make it|come|be there|coming|make that"
        rf"|join)(?: to {_IT})?{_TOO}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?P<who>.+?)(?:'s| is| are|'re)? (?:out of {_IT}|dropping out|dropped out"
        rf"|no longer (?:coming|needed|invited)|not (?:needed|wanted)"
        rf"|(?:doesn't need to|doesn't have to|needn't) (?:come|be there)){_TOO}",
        re.IGNORECASE,
    ),
    re.compile(rf"(?P<who>he|she|they)(?:'s|'re| is| are) (?:out|off){_TOO}", re.IGNORECASE),
    re.compile(
        rf"(?:we (?:don't|no longer) need (?P<who>.+?)(?: there| for {_IT}| at {_IT}| any ?more)*){_TOO}", re.IGNORECASE
    ),
    re.compile(rf"(?:uninvite|disinvite|without|count out) (?P<who>.+?){_TOO}", re.IGNORECASE),
    re.compile(rf"count (?P<who>.+?) out{_TOO}", re.IGNORECASE),
)
_PLACES = (
    re.compile(rf"(?:it's |it is )?(?P<in>in|at) (?P<place>.+?){_TOO}", re.IGNORECASE),
    re.compile(
        rf"(?:move|switch|shift|put|have) {_IT} (?:over )?(?:to|into|in|at) (?P<place>.+?){_TOO}", re.IGNORECASE
    ),
    re.compile(rf"(?:book |get |take )?(?P<place>.+?) for {_IT}{_TOO}", re.IGNORECASE),
)
_MOVES = re.compile(r"(?:move|shift|push|put|switch|change) (?:him|her|them) (?:back |forward )?to (?P<when>.+)", re.I)
_MORE = re.compile(rf"(?:and|plus|also|\+)(?: also)? (?P<who>.+?){_TOO}", re.IGNORECASE)
_NOT_BUT = re.compile(r"(?:no,? |sorry,? )*not (?P<out>.+?)(?:,? but|[,.]) (?P<come>.+?)(?: instead)?", re.IGNORECASE)
_INSTEAD = (
    re.compile(
        r"(?:make it |put |have |get |take |with )?(?P<come>.+?)"
        r" (?:instead of|in place of|rather than) (?P<out>.+?)(?: (?:for|in|at) (?:it|that))?",
        re.I,
    ),
    re.compile(
        r"(?:swap|replace|exchange) (?P<out>.+?) (?:for|with|by) (?P<come>.+?)(?: (?:for|in|at) (?:it|that))?",
        re.IGNORECASE,
    ),
)
_CRIED_OFF = re.compile(
    r"(?:oh dear[, ]+|and |so )*(?:the )?(?P<who>[\w' -]{2,40}?) (?:have|has|'s|'ve) (?:(?:just|all) )*"
    r"(?:cried off|called (?:it )?off|pulled out|cancell?ed|backed out)(?: altogether| again)?[.!]*",
    re.IGNORECASE,
)
_AT = re.compile(r"(?P<who>[\w' -]{2,40}?) (?:can|could|will|should) come (?P<when>at .+)", re.I)
"""Whoever stands in the calendar already comes at another time."""
_AROUND_LENGTHS = word_set("""only just is plenty enough will would do long it's it its make that that's and be fine ok
    okay for cut to down by last lasts should takes take at most no better rather best
    push move back forward later earlier longer shorter more less up bring out please then an extra this""")
_WAYS: Mapping[str, str] = {
    **dict.fromkeys(("later", "back"), "later"),
    **dict.fromkeys(("earlier", "forward", "up"), "earlier"),
    **dict.fromkeys(("longer", "more", "extra"), "longer"),
    **dict.fromkeys(("shorter", "less"), "shorter"),
}
_SHIFTED = word_set("push move bring make later earlier longer shorter back forward")
_CHANGED_MIND = re.compile(r"^.+?,?\s+(?:no|sorry|i mean|rather),?\s+", re.IGNORECASE)
_PERSONAL = word_set("him her them me us he she they")
_TITLES = word_set("mr mrs ms mister miss dr doctor prof professor herr frau")
_AND = re.compile(r"\s*,\s*(?:and\s+)?|\s+and\s+", re.IGNORECASE)
_BEFORE = re.compile(
    r"(?:block|keep|give|book|reserve|hold|save|set aside|get|put in)(?: off| out)? (?:(?:me|us) )?"
    r"(?:the |an? )?(?P<long>(?:half(?: an)? |quarter of an |(?:\w+ )?)(?:hours?|minutes))"
    r" (?P<side>before)(?:hand)?(?: that| it| this)?(?: (?:for|to) (?P<title>.+))?",
    re.IGNORECASE,
)


def meeting(said: Understanding) -> Understanding | None:
    """A question about the meeting spoken of last, or a change of it."""
    head = next(iter(said.conversation.mentions), None)
    last = said.conversation.last
    if head is None or head.kind != "meeting" or len(said.text) > _LONGEST:
        return None
    if last is not None and _family(last) != "meeting":  # none is left behind an undo
        return None
    text = _FILLERS.sub("", said.text.strip(" .!?"))
    core = _PLEASE.sub("", _WHY.sub("", text)).strip(" .,!?").rpartition(". ")[2]  # "It's flooded. Move it to the hall"
    for read in (asked, called_off, _blocked, _comes_at, _swapped, _changed, _joined):
        if command := read(said, core):
            return said.found(command, "talk")
    return None


def _comes_at(said: Understanding, core: str) -> Command | None:
    comes = _AT.fullmatch(core)
    if comes is None or not find_spans(comes["when"], said.now, said.house):
        return None
    return about(said, "meeting.update", {"title": comes["who"].removeprefix("the "), "when": comes["when"]})


def _swapped(said: Understanding, core: str) -> Command | None:
    """Not Mike, Ben; Ben instead of Mike."""
    swapped = next((found for form in (_NOT_BUT, *_INSTEAD) if (found := form.fullmatch(core))), None)
    out, come = (people_named(said, swapped[which]) if swapped else None for which in ("out", "come"))
    if not out or not come:
        return None
    told: list[Mapping[str, Slot]] = [
        {"title": "it", "attendees": out, "direction": "remove"},
        {"title": "it", "attendees": come, "direction": "add"},
    ]
    return Command(said.text, tuple(Step("meeting.update", slots) for slots in told), _SURE, "template")


def _joined(said: Understanding, core: str) -> Command | None:
    """And Aisha: behind a meeting that was made or changed."""
    last = said.conversation.last
    more = _MORE.fullmatch(said.text.strip(" .!?")) if last and VOCABULARY[last.steps[-1].action].writes else None
    who = people_named(said, more["who"]) if more else None
    if who is None and last and last.steps[-1].slots.get("direction") == "remove":  # take Ruth out. Jana instead
        who = people_named(said, core.removesuffix(" instead")) if core.endswith(" instead") else None
    return about(said, "meeting.update", {"attendees": who, "direction": "add"}) if who else None


def _changed(said: Understanding, core: str) -> Command | None:
    slots = _told(said, core)
    if slots is None:
        pieces = [_FILLERS.sub("", piece) for piece in _AND.split(core)]
        slots = _together([_told(said, piece) for piece in pieces]) if len(pieces) > 1 else None
    return about(said, "meeting.update", slots) if slots else None


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


def _told(said: Understanding, core: str) -> Mapping[str, Slot] | None:
    """What one piece tells of the meeting; None where it may be anything else."""
    if length := _length(said, core):
        return length
    if who := people_told(said, core):
        return who
    if (moved := _MOVES.fullmatch(core)) and find_spans(f"at {moved['when']}", said.now, said.house):
        return {"when": moved["when"]}
    for pattern in _PLACES:
        if (found := pattern.fullmatch(core)) and _is_place(said, found["place"], sure="in" not in pattern.groupindex):
            return {"location": found["place"].removeprefix("the ")}
    return None


def people_told(said: Understanding, core: str) -> Mapping[str, Slot] | None:
    """Who shall come, or no longer."""
    asks = _LETS.sub("", core)
    for direction, patterns in (("remove", _REMOVES), ("add", _ADDS)):
        for pattern in patterns:
            if (found := pattern.fullmatch(asks)) and (who := people_named(said, found["who"])):
                return {"attendees": who, "direction": direction}
    return None


def _together(each: list[Mapping[str, Slot] | None]) -> Mapping[str, Slot] | None:
    slots: dict[str, Slot] = {}
    for told in each:
        if told is None or set(told) & set(slots):
            return None
        slots |= told
    return slots or None


def _length(said: Understanding, core: str) -> Mapping[str, Slot] | None:
    """Half an hour is plenty; push it back twenty minutes."""
    words = mask(core, find_spans(core, said.now, said.house))
    lengths = [word for word in words if word.kind == "duration"]
    rest = [word.text for word in words if not word.kind]
    if len(lengths) != 1 or len(lengths) + len(rest) != len(words) or not set(rest) <= _AROUND_LENGTHS:
        return None
    way = next((_WAYS[word] for word in reversed(rest) if word in _WAYS), "")
    told = core[lengths[0].start : lengths[0].end]
    if not way and {"push", "move", "bring"} & {*rest}:
        if "push" not in rest:
            return None  # which way is not said
        way = "later"
    return {"duration": told, "direction": way} if way and _SHIFTED & {*rest} else {"duration": told}


def people_named(said: Understanding, words: str) -> list[str] | None:
    """Names of people, or what stands for them."""
    words = _CHANGED_MIND.sub("", words)
    each = split_names(split_words(words))
    names = [spoken(words, name) for name in each]
    known = all(
        word.text in _PERSONAL or word.text in _TITLES or is_somebody(said.names, word.text)
        for name in each
        for word in name
    )
    return names if names and known else None


def _is_place(said: Understanding, place: str, *, sure: bool) -> bool:
    """A room, or the place where it is said to be; no time, and nobody."""
    words = [word.text for word in split_words(place)]
    if not 0 < len(words) <= 5 or find_spans(place, said.now, said.house):
        return False
    room = bool(ROOMS & {*words})
    return room or (sure is False and words[0] in ("the", "his", "her", "my", "our") and len(words) > 1)


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
