"""A new timer in few words: "cookies in the oven, twelve minutes", "glue's on. forty minutes", "timer, forty five
minutes, call it pages"; and behind a timer "and ten for the stain", "the rice, eight".
"""

from __future__ import annotations

import re

from services.understanding.base import Command, Slot, Step
from services.understanding.sentences.spans import find_spans, mask
from services.understanding.slots.amounts import number_of
from services.understanding.stages.base import Understanding
from services.understanding.stages.rings.times import minutes_or_more
from services.understanding.stages.rings.words import LONGEST, SURE, bare, is_called
from services.understanding.vocabulary import VOCABULARY
from services.understanding.words import FILLERS, split_words, word_set

_MOST_NAME_WORDS = 5
_PAUSE = re.compile(r"[,.:;—]")
_OPENING = re.compile(rf"^(?:(?:{FILLERS}|plus|working now|home at last|at last|good|great)\b[\s,.!]*)+", re.IGNORECASE)
_HESITATES = re.compile(r",? (?:um+|uh+|erm?)\b,?", re.IGNORECASE)
_NOUN = re.compile(r"^(?:the|my|our|that|those|these|his|her|their)\s+|\s+(?:timer|one|countdown)$", re.IGNORECASE)
_SETS = word_set("""set start make give me us i need want can could would you please a an the my one another new and
    of for to at run do put on up right so now then it""")
_CALLED = re.compile(
    r"^(?:(?:and )?(?:call|name) it|called|named|for|it's for|that's for|that's (?:the|my|our)(?! \w+ time)"
    r"|label it)\s+",
    re.I,
)
_TALK = word_set("""i i'm i've i'll we we're he he's she she's they they're it it's that that's this there there's is
    are was were has have had be been do don't not because so until then than what who please thanks no nope sorry
    wait hold tv music radio me us you him her them paid pays pay owe owes owed gave gives brought called rang
    light lights meeting call alarm alarms reminder""")
"""What says something, or is on without a timer."""
_SORRY = re.compile(r"(?:no|sorry|wait|i mean|i meant|rather|better|make that|no sorry|oh)", re.IGNORECASE)
_TAKES_BACK = re.compile(r"(?:no[\s,]+)?(?:forget|never ?mind|cancel|stop|undo|scratch|don't|leave)\b", re.IGNORECASE)
_ON = (
    r"(?:the |my |our )?(?P<name>[\w' -]{2,30}?)(?:'s|'re| is| are| go| goes)?(?: now| just)? (?:in|on|up)"
    r"(?P<where> (?:the )?(?:oven|pan|pot|water|microwave|hob|stove|boil|(?:washing )?machine|dryer|fridge|freezer"
    r"|grill))?(?: now)?"
)
_ON_THE_STOVE = (
    re.compile(rf"{_ON}\s*[,.;:—–-]+\s*(?P<long>.+)", re.IGNORECASE),
    re.compile(rf"(?P<long>[^,.;:]+)[,.;:]\s+{_ON}", re.IGNORECASE),
    re.compile(rf"{_ON} (?:for )?(?P<long>(?=[^,]*\b(?:sec|min|hour)).+)", re.IGNORECASE),
)
""" "Glue's on. forty minutes"; "forty minutes, the glue's on"; "cake in oven 45 min", where it is said in what."""
_FROM_NOW = re.compile(
    r"(?P<name>[\w' -]{2,40}?)\s*,\s*(?P<long>[^,]+?)\s*,\s*(?:starting|beginning|from|as of) now", re.I
)
_TWO = re.compile(
    r"(?:the )?(?P<name>[\w'-]+(?: [\w'-]+)?)\s*,?\s+(?P<long>[\w-]+(?: \w+)?? (?:minutes?|mins?|hours?|seconds?))\s*,?"
    r"\s+(?:and )?(?:the )?(?P<name2>[\w'-]+(?: [\w'-]+)?)\s*,?\s+"
    r"(?P<long2>[\w-]+(?: (?:minutes?|mins?|hours?|seconds?))?)",
    re.IGNORECASE,
)
_ANOTHER = re.compile(
    r"\w[\s,]+(?:and )?(?<!do )(?<!another )(?:one|another)(?: one)? for (?:\d|an? |half |\w+ (?:sec|min|hour))",
    re.IGNORECASE,
)
""" "Ten minutes, and another for an hour": two, which no name holds."""
_NEW_ONE = re.compile(
    r"(?:(?:do|set|start|make|give me|add|i need) )?(?P<one>(?:another|one more|one|an?(?: (?:second|third|fourth"
    r"|fifth|new|other))?)(?: (?:one|timer))?(?= for\b|,)|(?:second|third|fourth|fifth|new)(?: one| timer)(?= for\b|,)"
    r"|a timer(?= for\b|,))?,?\s*",
    re.IGNORECASE,
)
_FOR_LONG = re.compile(
    r"for (?P<long>[\w-]+(?: [\w-]+){0,3}?)"
    r"(?:(?:,| for) (?:the |my |that's (?:for )?(?:the )?)?(?P<name>[\w' -]{2,30}))?",
    re.IGNORECASE,
)
""" "And one for forty, autoclave": how long, and perhaps for what."""
_AND_A_HALF = re.compile(r"(?:one|two|three|four|five) and a half", re.IGNORECASE)
_TOO = re.compile(r"(?:,? (?:too|as well|also|please|then))+$", re.IGNORECASE)


def timer_set(said: Understanding) -> Understanding | None:
    """A new timer with its name, or two."""
    text = _OPENING.sub("", _HESITATES.sub("", said.text.strip().replace("’", "'"))).strip(" .!?")
    if said.told or len(said.text) > LONGEST or _ANOTHER.search(text):
        return None
    one = _named(said, text)
    if not one and _PAUSE.search(text):  # without a pause in it, templates read it
        one = _with_noun(said, text)
    one = one or (_one_more(said, text) if not said.text.rstrip().endswith("?") else None)
    steps = [one] if one else _two(said, text)
    return said.found(Command(said.text, tuple(steps), SURE, "template")) if steps else None


def _named(said: Understanding, text: str) -> Step | None:
    """ "Cookies in the oven, twelve minutes"."""
    for form in (*_ON_THE_STOVE, _FROM_NOW):
        found = form.fullmatch(text if form is _FROM_NOW else bare(text))
        if found is None or (form is _ON_THE_STOVE[-1] and not found["where"]):
            continue
        told = bare(found["long"])
        long = minutes_or_more(told, said) if number_of(told) is None else ""
        if long and _is_name(found["name"]) and not said.names.occurring(found["name"]):
            return _started(long, found["name"])
    return None


def _one_more(said: Understanding, text: str) -> Step | None:
    """Behind a timer: "ten for the stain", "one for the kiln, an hour and a half", "the rice, eight"."""
    last = said.conversation.last
    if last is None or VOCABULARY[last.steps[-1].action].family != "timer":
        return None
    text = _TOO.sub("", bare(text))
    new = _NEW_ONE.match(text)
    rest = text[new.end() :] if new else text
    if new and new["one"] and (alone := _FOR_LONG.fullmatch(rest)):
        name, long = alone["name"] or "", minutes_or_more(alone["long"], said)
        if long and (not name or _is_new(said, name)):
            return _started(long, name)
    words = rest.split()
    for cut in range(1, len(words)):
        left, right = " ".join(words[:cut]), " ".join(words[cut:])
        for name, long, is_marked in (
            (right, left, right.startswith("for ") or (left.endswith(",") and right.startswith(("the ", "my ")))),
            (left, right.removeprefix("in "), left.startswith("for ") or left.endswith(",") or _behind_name(right)),
        ):
            called = _TOO.sub("", re.sub(r"^for ", "", name.strip(" ,")))
            if is_marked and _is_new(said, called) and (length := _as_long(long.strip(" ,"), said)):
                return _started(length, called)
    return None


def _behind_name(words: str) -> bool:
    """ "Peas in six", "ragu two and a half": words that are how long, behind a name without a comma."""
    return words.startswith("in ") or _AND_A_HALF.fullmatch(words) is not None


def _as_long(words: str, said: Understanding) -> str:
    """A bare number is of minutes, but two and a half is of hours behind a timer of hours."""
    last = said.conversation.last
    hours = last is not None and "hour" in str(last.steps[-1].slots.get("duration", ""))
    return f"{words} hours" if hours and _AND_A_HALF.fullmatch(words) else minutes_or_more(words, said)


def _is_new(said: Understanding, name: str) -> bool:
    """Whether it can be what a timer is called, and none that runs is."""
    if not _is_name(name) or said.names.occurring(name) or minutes_or_more(name, said):
        return False
    return not any(each.name and is_called(each.name, name) for each in said.directory.ringing())


def _two(said: Understanding, text: str) -> list[Step]:
    """ "Pasta, ten minutes, and eggs seven"."""
    found = _TWO.fullmatch(text)
    lengths = [minutes_or_more(found[which], said) for which in ("long", "long2")] if found else []
    names = [found[which] for which in ("name", "name2")] if found else []
    if not all(lengths) or not names or not all(_is_name(name) for name in names):
        return []
    return [_started(long, name) for long, name in zip(lengths, names, strict=True)]


def _with_noun(said: Understanding, text: str) -> Step | None:
    """ "Timer, forty five minutes, call it pages", "laundry timer, fifty five minutes"; "timer, ten, sorry, twelve"."""
    pieces = [piece.strip() for piece in re.split(r"\s*[,.:;]\s+", text) if piece.strip()]
    if not pieces or not re.search(r"\b(?:timer|countdown)(?:$| )", pieces[0]):
        return None
    head, rest = pieces[0], pieces[1:]
    names, lengths = _parts(head, said)
    if not lengths and rest:
        lengths = _parts(rest[0], said)[1] if not _parts(rest[0], said)[0] else []
        rest = rest[1:]
    if len(lengths) != 1 or len(names) > _MOST_NAME_WORDS or _TALK & set(names):
        return None
    name, long = " ".join(names), lengths[0]
    put_right = any(_SORRY.fullmatch(piece) for piece in rest)
    for piece in rest:
        label = _CALLED.sub("", piece)
        if put_right and (other := minutes_or_more(piece, said)):
            long = other
        elif not name and _is_name(label) and not _SORRY.fullmatch(piece) and (label != piece or not _is_talk(piece)):
            name = label
        elif _TAKES_BACK.match(piece) or (not _is_talk(piece) and not _SORRY.fullmatch(piece)):
            return None
    return _started(long, name)


def _parts(piece: str, said: Understanding) -> tuple[list[str], list[str]]:
    """(the words that may be a name, the lengths) of a piece."""
    words = mask(piece, find_spans(piece, said.now, said.house))
    lengths = [piece[word.start : word.end] for word in words if word.kind == "duration"]
    return [word.text for word in words if not word.kind and word.text not in _SETS | {"timer", "countdown"}], lengths


def _started(long: str, name: str) -> Step:
    called = _NOUN.sub("", name.strip())
    slots: dict[str, Slot] = {"duration": long, **({"name": called} if called else {})}
    return Step("timer.start", slots)


def _is_name(words: str) -> bool:
    said = [word.text for word in split_words(words)]
    return 0 < len(said) <= _MOST_NAME_WORDS and not _TALK & set(said) and number_of(words) is None


def _is_talk(piece: str) -> bool:
    """Whether it says how things are: "a child is lying here"."""
    return bool(_TALK & {word.text for word in split_words(piece)}) or not _OPENING.sub("", piece)
