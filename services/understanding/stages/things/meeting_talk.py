"""What is said of a meeting in whole sentences: "the headmaster asks whether it could begin a quarter of an hour
later", "Thursday suits them better", "the concert on Friday, where was that again".

A clause tells a new time or length where all its other words are ones that go with times, and one of them says that
something changes. Other clauses must be talk.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from services.understanding.base import Slot
from services.understanding.sentences.spans import find_spans, mask
from services.understanding.slots.amounts import number_of
from services.understanding.stages.base import Understanding
from services.understanding.stages.details import with_the_hour
from services.understanding.stages.rings.words import OBJECTS
from services.understanding.stages.things.attendance import COUNTED_IN, counted_in, people_told, put_down
from services.understanding.stages.things.beside import about, clash
from services.understanding.stages.things.meeting import is_spoken_of, piece, pushed
from services.understanding.stages.things.meeting_asked import named_and_asked
from services.understanding.vocabulary import VOCABULARY
from services.understanding.when import find
from services.understanding.words import Word, split_words, word_set

_LONGEST = 160
_CLAUSES = re.compile(
    r"\s*[.;!?]\s+|\s+[—–-]+\s+|\s*,\s*(?:(?:and|so|then|but)\s+)?"
    r"|\s+and (?=(?:make|move|put) it\b)|\s+so\s+(?!that\b|far\b|long\b|many\b)",
    re.I,
)
_TELLS = re.compile(
    r"^(?:(?:and|so|but|now|no|oh|well|okay|ok)[\s,]+)*(?:the \w+|\w+)(?: \w+)??(?:'d| would|'s| has|'ve| have)?"
    r"(?: both| all| rather| just)* "
    r"(?:says?|said|asks?|asked|wants?|wrote|texted|thinks?|likes?|prefers?|suggests?|suggested)"
    r"(?: (?:whether|if|that|for|to|it to))?(?= )"
    r"|^(?:(?:and|so|but|no|oh|well)[\s,]+)*\w+(?:'d| would) rather (?=(?:do|have|make|start|meet|come) )",
    re.IGNORECASE,
)
""" "Ingrid says", "the headmaster asks whether": who wants it is no part of what is wanted."""
_AROUND = word_set("""and so but now no oh well okay ok it it's it'll it'd that that's we they they're he he's she she's
    i sorry wait hm ah actually this one me my they've we've he's she's can't can only
    would could can should might may must will has have had to be begin begins start starts starting
    beginning do make making move moved put set shift push pushed bring change changed happen take place come coming
    comes get got need needs want wants rather better best suit suits work works fit fits fine good instead then please
    after all for at on from by the a an us him her them me everyone everybody both just only already says said asks
    a bit little about around back forward up down earlier later sooner longer shorter more less if whether
    possible meeting appointment thing not until till lasts last ends end going goes""")
"""Words that may stand beside a new time or length."""
_CHANGES = word_set("""suit suits works fits better best rather instead make move moved put set shift push pushed bring
    change changed earlier later sooner longer shorter starts start begin begins could should has must would need
    needs lasts ends end extend prefer""")
"""One of them says that it shall be so from now on."""
_WAYS: Mapping[str, str] = {
    **dict.fromkeys(("later", "back"), "later"),
    **dict.fromkeys(("earlier", "sooner", "forward", "up"), "earlier"),
    **dict.fromkeys(("longer", "more", "extend"), "longer"),
    **dict.fromkeys(("shorter", "less"), "shorter"),
}
_BY = re.compile(
    r"(?P<rest>.*?)\b(?P<long>(?:an?|one|two|three|half an?|(?:a )?quarter of an"
    r"|\w+) (?:and a half )?(?:hours?|minutes?|mins?))"
    r" (?P<way>later|earlier|sooner|longer|shorter|more|less|back|forward)\b(?P<tail>.*)",
    re.IGNORECASE,
)
_GIVEN = re.compile(
    r"(?:let's |we |can we )?(?:give|allow|take|cut) (?:it|that|the [\w ]{2,30}?) "
    r"(?P<long>[\w ]+?(?:hours?|minutes?|mins?)) (?P<way>less|more|shorter|longer)(?: though| then| too)*",
    re.IGNORECASE,
)
""" "Let's give the tasting half an hour less"."""
_EXTENDED = re.compile(
    r"(?:extend|lengthen|shorten|cut) (?:it|that|the meeting)(?: short)? by (?P<long>.+)", re.IGNORECASE
)
_RATHER_THAN = re.compile(
    r"(?:block|make|book|give|plan|allow|take) (?:it )?(?P<long>[\w ]+?(?:hours?|minutes?"
    r"|mins?))(?: (?:for|to) (?:it|that))?"
    r"(?:,? (?:rather than|instead of|not) .+)?",
    re.IGNORECASE,
)
_PLACED = re.compile(
    r"(?:it|that|the meeting|we)(?:'s| is| are| would be|'d be|'ll have to be| will have to be| needs to be| should be"
    r"| has to be| must be| takes place| is to be"
    r"| meet|(?:'ll| will)(?: be| meet| take place))"
    r"(?: now| going to be| better| rather| best| nicer)? (?:in|at) (?P<place>(?!\d)[^,.;]+?)"
    r"(?: (?:instead of|rather than|not) [^,.;]+)?(?: instead)?",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"(?:it|that|this|the meeting|we)(?:['’]s|['’]ll| will| should| must| has to)?"
    r" (?:(?:(?:just|only|actually|really|now|goes?(?: on)?|going(?: on)?|lasts?|runs?|takes?|be|is|to) )*"
    r"(?:until|till|til|up to)"
    r"|(?:ends|end|finish|finishes|be over|stops|stop|is over)(?: at)?)"
    r" (?P<end>.+?)(?: (?:now|then|though|instead|after all|not .+))*",
    re.IGNORECASE,
)
_TOPIC = re.compile(
    r"(?:(?:the|its) (?:topic|subject|title|theme|name)(?: of it)?"
    r"(?:'s| is| (?:should|shall|will|would|must|ought to) be)|it(?:'s| is| should be| will be)(?: all)? about"
    r"|(?:re)?name it(?: to)?|call it|title it"
    r"|(?:make|put) (?:it|the (?:topic|subject|title))(?: down)? (?:about|as)"
    r"|change the (?:topic|subject|title|name) to|(?:write|put|say) (?:merely|just|only|simply):)"
    r" (?!(?:time|a day|quits|that|it|off)$)(?P<what>[^,.;:]{2,60}?)(?: instead| please)*",
    re.IGNORECASE,
)
_SAME_TIME = re.compile(r"(?:at )?(?:the )?same (?:time|hour)(?: (?:as before|though|please|again))?", re.IGNORECASE)
_AT_THE_SAME = re.compile(r"^(?:at )?(?:the )?same (?:time|hour)[\s,]+(?:but )?(?:on )?(?=\w)", re.IGNORECASE)
_HOUR = (
    r"(?:(?:half |quarter )(?:past )?)?(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|[1-9]|1[0-2])"
)
_FROM_TILL = re.compile(
    rf"(?<!at )(?<!['’]s )(?<!is )(?:from )?\b(?P<from>{_HOUR}) (?:till|til|until)"
    rf" (?P<till>{_HOUR})\b(?! (?:past|to)\b)",
    re.I,
)
""" "Ten till four" is no time of the clock where the time of a meeting is told."""
_KEEPS_ITS_TIME = re.compile(r"(?<=\w)\s+(?:but )?(?:at )?(?:the )?same (?:time|hour)$", re.IGNORECASE)
_BETTER = re.compile(
    r"(?:better|rather) (?:at )?(?P<rather>.+)"
    r"|(?P<when>.+?)(?:(?:'s| is|'d be| would be| will be|'ll be| might be| may be| would suit)"
    r" (?:better|best|fine|good|easier)| then| instead| rather| better)",
    re.IGNORECASE,
)
_PUSHED = re.compile(
    r"(?P<verb>push|move|shift|put|bring|pull) (?:it|that|this|the meeting)(?: (?P<way>back|forward|up|out|on))?"
    r"(?: by)? (?P<long>.+?)(?: (?P<way2>back|forward|later|earlier|out|on))?",
    re.IGNORECASE,
)
_PUT_OFF = re.compile(
    r"(?:(?:postpone|delay|push|move|hold|leave|put) (?:it|that|this|the meeting)(?: off| back| out)*) (?:till|until)"
    r" (?P<when>.+?)(?: instead| then)?",
    re.IGNORECASE,
)
"""It begins then, though "till" otherwise says when it ends."""
_NO = re.compile(r"(?:no|sorry|rather|wait|no wait|oh no)", re.IGNORECASE)
_TAKES = re.compile(
    r"(?:it|that|this|we)(?:'ll| will| should| would|'s going to| is going to)? (?:takes?|lasts?|needs?|be)(?: about)?"
    r" (?P<long>.+)",
    re.IGNORECASE,
)
_OTHERS = word_set("alarm timer reminder note task list")
"""Who names one of these speaks of no meeting."""
_TALK = word_set("""i i'm i've we we're we've he he's she she's they they're they'll it's that's there's is are was
    were has have had isn't aren't can't don't doesn't because since""")
_OPENS = re.compile(r"^(?:(?:and|so|but|now|oh|well|okay|ok|then|please)\s+)+", re.IGNORECASE)
_SETS_IT = re.compile(
    r"(?:(?:can|could|shall|should|may|might|must) (?:we|i|you) |let's )?"
    r"(?:set|make|put|move|shift|push|change|do|have|hold|start|begin|meet) (?:(?:it|that)\b|(?=at\b|on\b))"
    r"|(?:they|he|she|we)(?:'ve|'s| have| has) (?:moved|shifted|pushed|put|changed) (?:me|us|it|that)\b",
    re.IGNORECASE,
)
_TO_HOUR = re.compile(
    r"(?:set|make|put|move|shift|push|leave|keep|hold) (?:it|that) (?:to|at|for) (?P<hour>\w+)"
    r"(?: then| instead| after all| please)*",
    re.IGNORECASE,
)


_PLAINLY = re.compile(r"(?:set|make|put|move|shift|push) (?:it|that) (?:to|at|for) \w+", re.IGNORECASE)
_MAKE_HOUR = re.compile(
    r"(?:(?:can|could|shall|should|would) (?:we|you|i) )?(?:better )?(?:make (?:it|that)|(?:let's )?say"
    r"|\w+ (?:can|could) only (?:do|make|manage)(?: it)?)(?: at)?"
    r" (?P<hour>\w+)"
    r"(?: o'clock)?(?: instead| rather| then| please)*",
    re.IGNORECASE,
)
_BY_THE_WAY = re.compile(
    r",? (?:(?:and )?(?:put|write|note) (?:that|it) (?:in|down)(?: there| too)*"
    r"|while (?:you|we)'re at it|by the way|if you would|will you|would you)$",
    re.IGNORECASE,
)
_LENGTH_WRONG = re.compile(
    r"\b(?:hours?|minutes?|mins?|half|quarter)(?:'s| is|'d be| would be| isn't| won't be)?"
    r" (?:(?:a bit|a little|far|way|much|rather|really|too|not|never)\s*)+(?:long|short|much|little|tight"
    r"|enough|long enough)?$"
    r"|\b(?:hours?|minutes?|mins?) (?:isn't|won't be|is never) (?:long )?enough$",
    re.IGNORECASE,
)
""" "An hour's too long": the length that comes with it is the one that is meant."""
_LESS = re.compile(r"\b(?:hours?|minutes?|mins?) (?:less|more|shorter|longer)\b", re.IGNORECASE)
"""A change of its own, which no talk is."""
_FOR_DAY = re.compile(r"\w (?:for|of)(?: the)? $", re.IGNORECASE)
_NOON = 12
_MOVES_IT = re.compile(
    r"(?:(?:so|please|then|can you|could you) )*(?:move|push|shift|put) (?:it|that|him|her|them)(?: back)?"
    r"(?: please| then)*",
    re.I,
)


def meeting_talk(said: Understanding) -> Understanding | None:
    """A question about a meeting that is named with it, or what else becomes of the one spoken of last."""
    if said.told or len(said.text) > _LONGEST:
        return None
    text = pushed(_BY_THE_WAY.sub("", said.text.strip(" .!?").replace("’", "'")))
    text = _FROM_TILL.sub(r"from \g<from> till \g<till>", text)
    command = named_and_asked(said, text) or clash(said, text)
    last = said.conversation.last
    behind = is_spoken_of(said) and said.conversation.mentions[0].id is not None
    of_it = last is None or VOCABULARY[last.steps[-1].action].family == "meeting"
    if command is None and behind and of_it and not _OTHERS & {word.text for word in split_words(text)}:
        slots = _told(said, text)
        command = about(said, "meeting.update", slots) if slots else None
    return said.found(command, "talk") if command else None


def _told(said: Understanding, text: str) -> dict[str, Slot]:
    """What the clauses tell of it together; nothing where one is neither that nor talk."""
    slots: dict[str, Slot] = {}
    clauses = [_OPENS.sub("", clause.strip()) for clause in _CLAUSES.split(text)]
    clauses = [clause for clause in clauses if clause and not (_LENGTH_WRONG.search(clause) and len(clauses) > 1)]
    same = any(_SAME_TIME.fullmatch(clause) or _AT_THE_SAME.match(clause) for clause in clauses[1:])
    clauses = [_KEEPS_ITS_TIME.sub("", _AT_THE_SAME.sub("", clause)) for clause in clauses]
    clauses = [clause for clause in clauses if not _SAME_TIME.fullmatch(clause)] if same else clauses
    objects = same or OBJECTS.match(text) is not None
    if said.conversation.last and len(clauses) == 1 and _PLAINLY.fullmatch(text):
        return {}  # templates read that
    clear = bool(clauses) and bool(_SETS_IT.match(clauses[-1]) or _better(said, clauses[-1]))
    for before, clause in zip(["", *clauses], clauses, strict=False):
        takes_back = _NO.fullmatch(before) is not None  # "the topic is … No, write: personal"
        bare = (objects and clause is clauses[-1]) or _SETS_IT.match(clause) is not None
        told = _clause(said, clause, bare=bare)
        if told and (not set(told) & set(slots) or takes_back):
            slots |= told
        elif not told and not _is_talk(said, clause, before=objects or clear):
            return {}
    moves = any(_MOVES_IT.fullmatch(clause) for clause in clauses)  # Lechner's late. Half an hour. Move him
    if moves and set(slots) == {"duration"}:
        slots["direction"] = "later"
    if slots.get("attendees") in (["him"], ["her"], ["them"], ["he"], ["she"], ["they"]):
        slots["attendees"] = counted_in(said, clauses[0]) or slots["attendees"]
    return slots


def _clause(said: Understanding, clause: str, *, bare: bool) -> dict[str, Slot]:
    told = _TELLS.match(clause)
    rest = clause[told.end() :].strip() if told else clause
    if (place := _PLACED.fullmatch(rest)) and not find_spans(place["place"], said.now, said.house):
        return {"location": place["place"].removeprefix("the ")}
    if (topic := _TOPIC.fullmatch(rest)) and not _tells_hour(said, topic["what"]):
        return {"new_title": re.sub(r"^(?:the|an?) ", "", topic["what"])}
    if who := put_down(said, rest) or people_told(said, rest):
        return dict(who)
    return (
        _put_off(said, rest)
        or _until(said, rest)
        or _length(said, rest)
        or _time(said, rest, bare=bare or told is not None)
        or _better(said, rest)
        or dict(piece(said, rest) or {})
    )


def _tells_hour(said: Understanding, topic: str) -> bool:
    """Whether it says when, which "the menu for May" does not."""
    times = find(topic, said.now, said.house)
    return any(
        each.grain not in ("day", "month", "year") or not _FOR_DAY.search(topic[: each.span[0]]) for each in times
    )


def _until(said: Understanding, clause: str) -> dict[str, Slot]:
    """ "It's only till three", "it ends at five"."""
    found = _ENDS.fullmatch(clause)
    when = f"until {found['end']}" if found else ""
    spans = find_spans(when, said.now, said.house) if found else []
    return {"when": when} if len(spans) == 1 and (spans[0].start, spans[0].end) == (0, len(when)) else {}


def _length(said: Understanding, clause: str) -> dict[str, Slot]:
    """Ten minutes later; extend it by an hour; two hours for it rather than one."""
    by = _GIVEN.fullmatch(clause) or _BY.fullmatch(clause)
    around = f"{by['rest']} {by['tail']}" if by and by.re is _BY else ""
    if by and _goes_with(around) and _is_length(said, by["long"]):
        return {"duration": by["long"], "direction": _WAYS[by["way"].lower()]}
    if (extended := _EXTENDED.fullmatch(clause)) and _is_length(said, extended["long"]):
        way = "shorter" if clause.lower().startswith(("shorten", "cut")) else "longer"
        return {"duration": extended["long"], "direction": way}
    if (takes := _TAKES.fullmatch(clause)) and _is_length(said, takes["long"]):
        return {"duration": takes["long"]}
    if (pushed := _PUSHED.fullmatch(clause)) and _is_length(said, pushed["long"]):
        ways = {"forward": "earlier", "earlier": "earlier", "up": "earlier"}
        way = (pushed["way2"] or pushed["way"] or "").lower()
        pulled = pushed["verb"].lower() in ("bring", "pull") and not way
        return {} if pulled else {"duration": pushed["long"], "direction": ways.get(way, "later")}
    if (instead := _RATHER_THAN.fullmatch(clause)) and _is_length(said, instead["long"].strip()):
        return {"duration": instead["long"].strip()}
    return {}


def _time(said: Understanding, clause: str, *, bare: bool) -> dict[str, Slot]:
    """ "Thursday suits them better", "set it to half past four"; `bare`: nothing more need be said."""
    for form in (_TO_HOUR, _MAKE_HOUR):
        if (hour := form.fullmatch(clause)) and 0 < (number_of(hour["hour"]) or 0) <= _NOON:
            return {"when": f"at {hour['hour']}"}
    words = mask(clause, find_spans(clause, said.now, said.house))
    whens = [i for i, word in enumerate(words) if word.kind == "when"]
    rest = {word.text for word in words if not word.kind}
    if not whens or any(word.kind not in ("", "when") for word in words) or not rest <= _AROUND:
        return {}
    if whens[-1] - whens[0] + 1 != len(whens) and any(
        w.text not in ("at", "on") for w in words[whens[0] : whens[-1]] if not w.kind
    ):
        return {}
    whole = [found.kind for found in find(clause, said.now, said.house) if found.start and found.end]
    if not (rest & _CHANGES or bare or whole == ["interval"]):
        return {}
    when = clause[words[_led(words, whens[0])].start : words[whens[-1]].end]
    return {"when": _of_its_hour(said, when)}


def _of_its_hour(said: Understanding, when: str) -> str:
    """ "Half past": of the hour at which it is."""
    of = next((each.id for each in said.conversation.mentions if each.kind == "meeting" and each.id), "")
    before = said.directory.when_of("meeting", of)
    return with_the_hour(when, before.astimezone(said.now.tzinfo) if before else None) or when


def _put_off(said: Understanding, clause: str) -> dict[str, Slot]:
    off = _PUT_OFF.fullmatch(clause)
    when = off["when"] if off else ""
    when = f"at {when}" if number_of(when) is not None else when
    spans = find_spans(when, said.now, said.house)
    return {"when": when} if len(spans) == 1 and spans[0].kind == "when" else {}


def _better(said: Understanding, clause: str) -> dict[str, Slot]:
    """ "Three is better", "Wednesday then"."""
    told = _BETTER.fullmatch(clause)
    when = (told["rather"] or told["when"]).strip() if told else ""
    if when and _is_length(said, when):
        return {"duration": when}
    if number_of(when) is not None and when.lower() != "one":
        return {"when": f"at {when}"}
    found = find(when, said.now, said.house) if when else []
    whole = len(found) == 1 and found[0].span == (0, len(when))
    return (
        {"when": _of_its_hour(said, when)} if whole and (found[0].kind == "instant" or found[0].grain == "day") else {}
    )


def _led(words: list[Word], at: int) -> int:
    """Where a time begins with its preposition."""
    return at - 1 if at and words[at - 1].text in ("at", "on", "until", "till", "from", "by") else at


def _goes_with(words: str) -> bool:
    return {word.text for word in split_words(words)} <= _AROUND


def _is_length(said: Understanding, words: str) -> bool:
    spans = mask(words, find_spans(words, said.now, said.house))
    return len(spans) == 1 and spans[0].kind == "duration"


def _is_talk(said: Understanding, clause: str, *, before: bool) -> bool:
    """Whether it says how things are: "the doctor isn't here yet". `before`: it is clear what shall change, so that it
    may tell a time, too.
    """
    words = [word.text for word in split_words(clause)]
    if COUNTED_IN.fullmatch(clause) or len(words) <= 1 or _goes_with(clause):
        return True
    if any(span.kind == "recurrence" for span in find_spans(clause, said.now, said.house)):
        return False  # "every Monday at eight we do the menu plan": a meeting of its own
    if _LESS.search(clause):
        return False
    talks = bool(_TALK & set(words)) or any(word.endswith("'s") for word in words) or said.names.is_name(words[0])
    return talks and (before or not find_spans(clause, said.now, said.house))
