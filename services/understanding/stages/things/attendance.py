"""Who comes to the meeting spoken of last: who shall come too, who can't, who comes instead of somebody."""

from __future__ import annotations

import re
from collections.abc import Mapping

from services.understanding.base import Command, Slot, Step
from services.understanding.sentences.spans import find_spans
from services.understanding.slots.modifiers import split_names
from services.understanding.stages.base import Understanding
from services.understanding.stages.things.beside import about
from services.understanding.stages.things.meeting_asked import is_somebody
from services.understanding.vocabulary import VOCABULARY
from services.understanding.words import split_words, spoken, word_set

_SURE = 0.9
IT = r"(?:it|that|this|that one|this one|there|the meeting|the appointment)"
TOO = r"(?:\s+(?:too|as well|also|again|please|then|now|instead))*"
_LETS = re.compile(
    r"^(?:let's|let us|(?:i|we)(?:'d| would) (?:like|love)(?: to)?|(?:i|we) (?:want|need)(?: to)?"
    r"|(?:i|we) (?:should|must)|(?:could|can|shall) we)\s+(?:also )?",
    re.IGNORECASE,
)
_COMING = (
    r"(?:come|come along|be there|be in|join|join in|join us|sit in|attend|take part|be part of it|be in on it"
    rf"|come with (?:us|me)|be in {IT}|sit in on {IT}|come to {IT}|join {IT})"
)
_COMES = (
    r"(?:comes along|comes too|comes as well|joins|joins us|joins in|attends|sits in|takes part|is in"
    rf"|(?:is|'s|are|'re) (?:coming|joining|in on {IT})(?: along| with us| us| in)?(?: (?:for|to|at) {IT})?)"
)
_ADDS = (
    re.compile(
        rf"(?:get|put|add|bring|have|invite|include|take|want|like|count) (?P<who>.+?)"
        rf" (?:in|into|to|along|in on|there|on board|with us|down|at)(?: {IT})?{TOO}",
        re.I,
    ),
    re.compile(
        rf"(?P<who>.+?)(?:'d| should| must| has to| have to| needs to| need to| ought to| can| could| will|'ll"
        rf"| is going to| wants to| would like to)(?: also| better)? {_COMING}{TOO}(?: because .+)?",
        re.IGNORECASE,
    ),
    re.compile(rf"(?P<who>.+?) ?(?:also )?{_COMES}{TOO}", re.IGNORECASE),
    re.compile(rf"(?P<who>.+?)(?: wants| would like|'d like| needs)(?: to be)? in(?: on {IT})?{TOO}", re.IGNORECASE),
    re.compile(r"(?P<who>.+?) (?:is|'s) (?:in|coming) (?:too|as well|also)", re.IGNORECASE),
    re.compile(
        rf"[\w'’ -]{{2,30}}?(?:'s| is|'ll| will)(?: be)? (?:bringing|bring) (?P<who>.+?)"
        rf"(?: along| with (?:him|her|them))*{TOO}",
        re.IGNORECASE,
    ),
    re.compile(rf"(?:invite|include|\+|plus) ?(?P<who>.+?)(?: to {IT})?{TOO}", re.IGNORECASE),
)
_REMOVES = (
    re.compile(rf"(?:take|get|kick|leave|drop|remove) (?P<who>.+?) (?:out|off|from)(?: of)?(?: {IT})?{TOO}", re.I),
    re.compile(
        rf"(?P<who>.+?)(?:'s| is)? (?:can't|cannot|won't|can not|isn't|not) (?:make it|come|be there|coming|make that"
        rf"|join)(?: to {IT})?{TOO}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?P<who>.+?)(?:'s| is| are|'re)? (?:out of {IT}|dropping out|dropped out"
        rf"|no longer (?:coming|needed|invited)|not (?:needed|wanted)"
        rf"|(?:doesn't need to|doesn't have to|needn't) (?:come|be there)){TOO}",
        re.IGNORECASE,
    ),
    re.compile(rf"(?P<who>he|she|they)(?:'s|'re| is| are) (?:out|off){TOO}", re.IGNORECASE),
    re.compile(
        rf"(?:we (?:don't|no longer) need (?P<who>.+?)(?: there| for {IT}| at {IT}| any ?more)*){TOO}", re.IGNORECASE
    ),
    re.compile(rf"(?:uninvite|disinvite|without|count out) (?P<who>.+?){TOO}", re.IGNORECASE),
    re.compile(rf"count (?P<who>.+?) out{TOO}", re.IGNORECASE),
)
_MORE = re.compile(rf"(?:and|plus|also|\+)(?: also)? (?P<who>.+?){TOO}", re.IGNORECASE)
_NOT_BUT = re.compile(r"(?:no,? |sorry,? )*not (?P<out>.+?)(?:,? but|[,.]) (?P<come>.+?)(?: instead)?", re.IGNORECASE)
_INSTEAD = (
    re.compile(
        r"(?:make it |put |have |get |take |with )?(?P<come>.+?)"
        rf" (?:instead of|in place of|rather than) (?P<out>.+?)(?: (?:for|in|at) (?:it|that))?{TOO}",
        re.I,
    ),
    re.compile(
        r"(?:get|put|have|take|bring) (?P<come>.+?) (?:in|on|down) for (?P<out>him|her|them|[\w' -]{2,40}?)",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?:swap|replace|exchange) (?P<out>.+?) (?:for|with|by) (?P<come>.+?)(?: (?:for|in|at) (?:it|that))?",
        re.IGNORECASE,
    ),
)
_TOO_COMES = re.compile(
    r"(?:(?:and|oh|also|plus)[\s,]+)*(?P<who>[\w'’ -]{2,40}?),? (?:too|as well|also)", re.IGNORECASE
)
_RATHER = re.compile(
    r"(?:^|.*[,.;:!?—–-]\s+)(?:(?:and|so|but|then|no|take|have|get|make it|put|ask|i'd like|let's have)[\s,]+)*"
    r"(?P<come>[\w'’ -]{2,40}?)"
    r"(?:,? (?:instead|rather|then)(?: (?:please|of (?:him|her|them)))?"
    r"|(?:'s| is|'ll| will| can| could)? (?:takes?|taking) (?:his|her|their) place"
    r"|(?:'s| is|'ll| will| can| could)? (?:steps?|stands?|fills?|stepping|standing|filling) in(?: for (?:him"
    r"|her|them))?"
    r"|(?:'s| is|'ll| will| can| could)? (?:comes?|coming|goes|going|go|does it|do it|joins?) instead)",
    re.IGNORECASE,
)
"""At the end, who comes in the place of who was named before: "Katrin's off at two. Ayse instead"."""
_CHANGED_MIND = re.compile(r"^.+?,?\s+(?:no|sorry|i mean|rather),?\s+", re.IGNORECASE)
_MOST_NAME_WORDS = 2
_PERSONAL = word_set("him her them me us he she they")
_TITLES = word_set("mr mrs ms mister miss dr doctor prof professor herr frau")

_DOWN = re.compile(
    r"(?:put|add|invite|count|get|have|bring|take) (?P<who>him|her|them|[\w' -]{2,40}?)"
    r"(?: (?:down|in|along|too|as well|there|to (?:it|that)|on (?:it|that)))*(?: (?:as|for) [^,.;]+)?",
    re.IGNORECASE,
)
COUNTED_IN = re.compile(
    r"(?P<who>[\w' -]{2,40}?) (?:would like|wants|wanted|is going|'d like) (?:a lift|to (?:come"
    r"|join|be there|sit in)(?: along| too)?)",
    re.IGNORECASE,
)


def swapped(said: Understanding, core: str) -> Command | None:
    """Not Mike, Ben; Ben instead of Mike."""
    told = next((found for form in (_NOT_BUT, *_INSTEAD) if (found := form.fullmatch(core))), None)
    if told and find_spans(told["come"], said.now, said.house):
        return None  # not Monday, Tuesday
    out, come = (people_named(said, told[which]) if told else None for which in ("out", "come"))
    last = said.conversation.last.steps[-1] if said.conversation.last else None
    gone = last is not None and last.slots.get("direction") == "remove"
    if come and gone and out and out[0].casefold() in _PERSONAL:  # Walter's out. Get Tom in for him
        return about(said, "meeting.update", {"attendees": come, "direction": "add"})
    if not out or not come:
        out, come = _in_their_place(said)
    if not out or not come:
        return None
    each: list[Mapping[str, Slot]] = [
        {"title": "it", "attendees": out, "direction": "remove"},
        {"title": "it", "attendees": come, "direction": "add"},
    ]
    return Command(said.text, tuple(Step("meeting.update", slots) for slots in each), _SURE, "template")


def _in_their_place(said: Understanding) -> tuple[list[str] | None, list[str] | None]:
    """Who no longer comes, and who comes instead: of those the rest speaks of, one attends."""
    told = _RATHER.fullmatch(said.text.strip(" .!?"))
    come = people_named(said, told["come"]) if told else None
    one = next(
        (each for each in said.directory.meetings(said.now) if each.id == said.conversation.mentions[0].id), None
    )
    if told is None or come is None or one is None:
        return None, None
    words = {word.text.removesuffix("'s") for word in split_words(said.text[: told.start("come")])}
    out = [name for name in one.people if words & {word.text for word in split_words(name)}]
    last = said.conversation.last.steps[-1] if said.conversation.last else None
    if not out and words & _PERSONAL and last and last.slots.get("direction") != "remove":  # he's ill. Jana instead
        out = [str(each) for each in last.slots.get("attendees", ())]
    return (out if len(out) == 1 else None), come


def joined(said: Understanding, core: str) -> Command | None:
    """And Aisha: behind a meeting that was made or changed."""
    last = said.conversation.last
    more = _MORE.fullmatch(said.text.strip(" .!?")) if last and VOCABULARY[last.steps[-1].action].writes else None
    who = people_named(said, more["who"]) if more else None
    if who is None and not said.text.rstrip().endswith("?") and (too := _TOO_COMES.fullmatch(core)):
        who = people_named(said, too["who"])  # Jule too, she's to learn it
    if who is None and last and last.steps[-1].slots.get("direction") == "remove":  # take Ruth out. Jana instead
        who = people_named(said, core.removesuffix(" instead")) if core.endswith(" instead") else None
    return about(said, "meeting.update", {"attendees": who, "direction": "add"}) if who else None


def people_told(said: Understanding, core: str) -> Mapping[str, Slot] | None:
    """Who shall come, or no longer."""
    asks = _LETS.sub("", core)
    for direction, patterns in (("remove", _REMOVES), ("add", _ADDS)):
        for pattern in patterns:
            if (found := pattern.fullmatch(asks)) and (who := people_named(said, found["who"])):
                return {"attendees": who, "direction": direction}
    return None


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
    return names if names and (known or all(map(_is_written_as_a_name, names))) else None


def _is_written_as_a_name(words: str) -> bool:
    """Whether they begin with capitals, as a recogniser writes the names of strangers, too: "put Dave on it"."""
    return len(words.split()) <= _MOST_NAME_WORDS and all(word[:1].isupper() for word in words.split())


def put_down(said: Understanding, words: str) -> Mapping[str, Slot] | None:
    """ "Put her down as well"."""
    down = _DOWN.fullmatch(words)
    named = people_named(said, down["who"]) if down else None
    return {"attendees": named, "direction": "add"} if named else None


def counted_in(said: Understanding, clause: str) -> list[str]:
    """Who is named in the clause before "him"."""
    found = COUNTED_IN.fullmatch(clause)
    who = found["who"].strip() if found else clause.split(maxsplit=1)[0]
    return [who] if is_somebody(said.names, who.split()[-1].lower()) else []
