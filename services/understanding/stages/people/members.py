"""Who is in a channel, and what it is called: "a channel for the crew, call it castle", "add Priya and Felix", "Mr Kern
ought to be in there as well", behind a channel or with its name.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import takewhile

from services.understanding.base import Command, Reference, Slot, Step
from services.understanding.conversation.memory import Mention, latest
from services.understanding.names.base import Ambiguous, NameFound
from services.understanding.names.questions import chosen
from services.understanding.stages.base import Understanding
from services.understanding.stages.names import spoken_names
from services.understanding.vocabulary import VOCABULARY
from services.understanding.words import FILLERS, word_set

_SURE = 0.95
_LEAD = rf"(?:(?:{FILLERS}|please|but|wait|actually|hm+)\b[\s,.]*)*"
_TAIL = r"(?:[\s,]+(?:too|as well|also|again|please|actually|obviously|of course|now|then|instead))*"
_IN = r"(?:(?:in|into|on|onto|to|from|of)(?: (?:it|that|there|that one|that channel|the channel|the group))?|aboard)"
_WHO = r"(?P<who>[^\W\d_][\w'’.-]*(?:(?:,? and |, | )[^\W\d_][\w'’.-]*){0,8}?)"
_NEW = re.compile(
    rf"{_LEAD}(?:(?:let's|let us|(?:i|we)(?:'d| would)?) )?(?:(?:have|need|want|like|make|create|open|start|set up|add"
    r"|get)(?: me| us)? )?(?:an?|another|one|the)? ?(?:new )?(?:channel|group chat)(?: for (?P<for>[^,]+?))?[\s,:;.]+"
    r"(?:(?:and )?(?:call|name) it|called|named|(?:its|the) name(?:'s| is)|name) (?P<name>[^,.;]+?)"
    rf"(?:[,.;]? (?:with|and add|and put|add|put|members(?: are)?)[\s:]+{_WHO}(?: {_IN})?{_TAIL})?",
    re.IGNORECASE,
)
_NEW_WITH = re.compile(
    r"(?:(?:make|create|open|start|set up) )?(?:an? |the )?new channel[\s,:]+(?:called )?(?P<name>[^,]+), (?:with )?"
    r"(?P<who>[^,]+(?:, [^,]+)*?) (?:in|on) it",
    re.IGNORECASE,
)
_ADDS = (
    re.compile(rf"{_LEAD}(?:add|invite|put|bring|include|get|with) {_WHO}(?: {_IN})?{_TAIL}", re.IGNORECASE),
    re.compile(
        rf"{_LEAD}{_WHO} (?:(?:should|must|ought to|has to|have to|needs? to|could|can|may)(?: also)? (?:be|belong|go"
        rf"|come|join)|belongs?|goes|joins|is|are) {_IN}{_TAIL}"
        rf"(?:[.;,]+ (?:so )?(?:add|put|invite) (?:him|her|them)(?: {_IN})?)?",
        re.IGNORECASE,
    ),
    re.compile(
        rf"{_LEAD}{_WHO} (?:can|could|will|wants?|would|should|has|needs?|likes?)\b[^,.;]*[,.;]+ (?:so )?(?:please )?"
        rf"(?:add|put|invite|take) (?:him|her|them)(?: {_IN})?{_TAIL}",
        re.IGNORECASE,
    ),
    re.compile(rf"{_LEAD}(?:make )?{_WHO} (?:a member|members)(?: of (?:it|that))?{_TAIL}", re.IGNORECASE),
)
_TOO = re.compile(rf"{_LEAD}{_WHO},? (?:too|as well|also){_TAIL}", re.IGNORECASE)
_REMOVES = re.compile(
    rf"{_LEAD}(?:take|remove|drop|kick|throw) {_WHO} (?:(?:back )?(?:out|off|from)(?: of)?(?: (?:it|that|there"
    rf"|the channel|that channel|the group))?){_TAIL}",
    re.IGNORECASE,
)
_INTO = re.compile(
    rf"{_LEAD}(?:add|put|bring|get|take|let) {_WHO} (?:in|into|to|onto) (?:the )?(?P<name>[\w' &-]+?)"
    r"(?P<noun> channel| group)?",
    re.IGNORECASE,
)
_NAMESAKE = re.compile(r"(?:and )?(?:add|invite) (?P<who>[\w'’ -]+?), (?:the|from) (?P<which>[\w' -]+?)(?: one)?", re.I)
_RENAMES = re.compile(
    r"rename (?:the )?(?P<name>[\w' -]+?)(?: channel)? (?:to|as|into) (?P<new>[\w' -]+)", re.IGNORECASE
)
_READS = re.compile(
    r"(?:and |so )*(?:who(?:['’]ll| will| can| does|['’]s going to| all| even| actually)* (?:see|read|get)s? (?:that|it"
    r"|this)(?: message| then)?(?:,? who['’]?s in (?:it|there))?"
    r"|who (?:all )?(?:does|did|will|would|is|was) (?:that|it|this)(?: message)? (?:all )?(?:go|going|get sent|be sent"
    r"|sent)(?: out)? to)"
    r"(?:,? when i (?:say|write to|tell|post in) (?:the )?(?P<name>.+))?",
    re.IGNORECASE,
)
_WHO_IN = re.compile(
    r"(?:and |so )*(?:who(?:['’]?s| is| are)?(?: all(?:['’]s)?| else| actually| everybody)*|who all(?:['’]?s| is))"
    r" (?:in|on|part of) (?P<it>there|it|that|this|(?:that|this|the) (?:channel|group))"
    r"(?: again| now| by now| at the moment| besides me| apart from me| then)*",
    re.IGNORECASE,
)
_WHO_IN_NAMED = re.compile(
    r"(?:and |so )*who(?:['’]?s| is| are)?(?: all| else)? (?:in|on) (?P<name>[\w' &-]+)", re.IGNORECASE
)
SEVERAL = (
    r"(?P<several>them (?:both|two|three|four|all)(?! about)|(?:both|all)(?: (?:two|three|four))? of (?:them|those)"
    r"|(?:the|all|those) (?:two|three|four|both)(?: of them)?|the (?:pair|lot) of them|both)"
)
""" "The two of them", for patterns."""
_HOW_MANY = {"both": 2, "two": 2, "pair": 2, "three": 3, "four": 4}
_JOINTS = re.compile(r"\s*,\s*(?:and\s+)?|\s+and\s+", re.IGNORECASE)
_PRONOUNS = word_set("him her them")
_LONGEST = 200


def members(said: Understanding) -> Understanding | None:
    """Who joins or leaves the channel that is named or was just spoken of; what it is called."""
    text = said.text.strip(" .!")
    if len(text) <= _LONGEST and (asked := _readers(text.rstrip("? "), said)):
        return said.found(asked, "talk")
    if len(text) > _LONGEST or "?" in text:
        return None
    by_name = _made(text, said) or _renamed(text, said) or _named(text, said)
    return said.found(by_name) or said.found(_moved(text, said), "talk")


def _readers(text: str, said: Understanding) -> Command | None:
    """ "Who'll see that", behind a message into a channel; "who's in there again", where one was spoken of last."""
    if (of := _WHO_IN_NAMED.fullmatch(text)) and _is_channel(said, of["name"]):
        return _command(said, "channel.query", {"name": of["name"]})
    channel, reads = latest(said.conversation, ("channel",)), _READS.fullmatch(text)
    if reads and reads["name"]:
        found = said.names.resolve(reads["name"], ("channel",))
        return _command(said, "channel.query", {"name": found.entity.name}) if isinstance(found, NameFound) else None
    last = said.conversation.last.steps[-1] if said.conversation.last else None
    there = _WHO_IN.fullmatch(text)
    if channel is None or last is None or not (reads or there):
        return None
    spoken_of = VOCABULARY[last.action].family == "channel" or any(ref.id == channel.id for ref in last.references)
    spoken_of |= channel.name in [
        *spoken_names(last.slots.get("recipients")),
        *spoken_names(last.slots.get("channels")),
    ]
    if not (spoken_of or (there and re.search("channel|group", there["it"]))):
        return None
    return _command(said, "channel.query", {"name": channel.name}, (_reference("name", channel),))


def _is_channel(said: Understanding, name: str) -> bool:
    found = said.names.resolve(name, ("channel",))
    return isinstance(found, NameFound) and found.how in ("exact", "alias")


def _made(text: str, said: Understanding) -> Command | None:
    """ "New channel launch crew, Nadia, Ben and Yusuf in it"; "a channel for the crew, call it castle"."""
    found = _NEW_WITH.fullmatch(text) or _NEW.fullmatch(text)
    who = known_people(said, found["who"]) if found and found["who"] else []
    if found is None or (found["who"] and not who):
        return None
    return _command(said, "channel.create", {"name": found["name"].strip(), **({"people": who} if who else {})})


def _renamed(text: str, said: Understanding) -> Command | None:
    found = _RENAMES.fullmatch(text)
    channel = said.names.resolve(found["name"], ("channel",)) if found else None
    if found is None or not isinstance(channel, NameFound) or channel.how not in ("exact", "alias"):
        return None
    if "channel" not in text.casefold() and isinstance(
        said.names.resolve(found["name"], ("project", "list")), NameFound
    ):
        return None
    return _command(said, "channel.rename", {"name": channel.entity.name, "new_name": found["new"]})


def _named(text: str, said: Understanding) -> Command | None:
    """ "Put her into the ensemble channel": nothing but people is put there."""
    found = _INTO.fullmatch(text)
    channel = said.names.resolve(found["name"], ("channel",)) if found else None
    if found is None or not isinstance(channel, NameFound) or not _is_channel(said, found["name"]):
        return None
    other = isinstance(said.names.resolve(found["name"], ("project", "list")), NameFound)
    who = known_people(said, found["who"]) if found["noun"] or not other else []
    slots: dict[str, Slot] = {"name": channel.entity.name, "people": who, "direction": "add"}
    return _command(said, "channel.assign", slots) if who else None


def _moved(text: str, said: Understanding) -> Command | None:
    """ "Clara too"; "add Jan, the web one"; "take Felix out again": of the channel that the last command was about."""
    last, channel = said.conversation.last, latest(said.conversation, ("channel",))
    if channel is None or last is None or VOCABULARY[last.steps[-1].action].family != "channel":
        return None
    if meant := _namesake(text, said):
        slots: dict[str, Slot] = {"name": channel.name, "people": [meant.words], "direction": "add"}
        return _command(said, "channel.assign", slots, (_reference("name", channel), meant))
    for direction, patterns in (("add", (*_ADDS, _TOO)), ("remove", (_REMOVES,))):
        for pattern in patterns:
            found = pattern.fullmatch(text)
            who = known_people(said, found["who"]) or _strangers(found["who"]) if found else []
            if who:
                slots = {"name": channel.name, "direction": direction, "people": who}
                return _command(said, "channel.assign", slots, (_reference("name", channel),))
    return None


def _strangers(words: str) -> list[str]:
    """Names that nobody here has: words that are all written large, "Sarah and Mike Miller"."""
    names = [piece.strip() for piece in _JOINTS.split(words)]
    return names if all(len(name.split()) <= 2 and name.istitle() for name in names) else []


def _namesake(text: str, said: Understanding) -> Reference | None:
    """ "Jan, the web one", of those who are called so."""
    found = _NAMESAKE.fullmatch(text)
    several = said.names.resolve(found["who"], ("person",)) if found else None
    one = chosen(found["which"], several.candidates) if found and isinstance(several, Ambiguous) else ()
    return (
        Reference("people", found["who"], "person", one[0].name, one[0].id, "exact")
        if found and len(one) == 1
        else None
    )


def attending(said: Understanding) -> list[str]:
    """The people of the meeting that was spoken of; none where it was something else."""
    thing = next((each for each in said.conversation.mentions if each.kind != "person"), None)
    coming = said.directory.meetings(said.now) if thing and thing.kind == "meeting" else ()
    return next((list(each.people) for each in coming if thing and each.id == thing.id), [])


def to_who_comes(said: Understanding) -> Understanding:
    """ "Tell them to leave at eleven", behind a meeting: to whoever comes to it, where nobody else was named."""
    last, steps = said.conversation.last, said.command.steps
    of_meeting = last is not None and VOCABULARY[last.steps[-1].action].family == "meeting"
    named = any(each.kind == "person" for each in said.conversation.mentions)
    if not of_meeting or named or not (who := attending(said)):
        return said
    told = tuple(
        replace(step, slots={**step.slots, "recipients": who})
        if step.action == "message.send" and spoken_names(step.slots.get("recipients")) == ["them"]
        else step
        for step in steps
    )
    return said if told == steps else replace(said, command=replace(said.command, steps=told))


def several(said: Understanding, words: str) -> list[str]:
    """Who "both of them" or "all three" are: those of the meeting that was spoken of, or the last who were named; none
    where they are not so many.
    """
    many = next((_HOW_MANY[word] for word in words.casefold().split() if word in _HOW_MANY), 0)
    if not words:
        return []
    talk = said.conversation
    named = list(takewhile(lambda each: each.kind == "person", talk.mentions))
    met = attending(said)
    together = [each.name for each in named]
    last = VOCABULARY[talk.last.steps[-1].action].family if talk.last else ""
    groups = [met, together] if last == "meeting" else [together, met]
    if many:
        heard = dict.fromkeys(each.name for each in (*talk.heard, *talk.mentions) if each.kind == "person")
        groups.append(list(heard)[:many])
    return next((group for group in groups if (len(group) == many if many else len(group) > 1)), [])


def known_people(said: Understanding, words: str) -> list[str]:
    """The names in the words, which need no comma between them; none where somebody is not known."""
    names: list[str] = []
    for piece in _JOINTS.split(words.strip()):
        spoken = piece.split()
        while spoken:
            size = next((size for size in range(len(spoken), 0, -1) if _is_known(said, " ".join(spoken[:size]))), 0)
            if not size:
                return []
            names.append(" ".join(spoken[:size]))
            spoken = spoken[size:]
    return names


def _is_known(said: Understanding, words: str) -> bool:
    if words.casefold() in _PRONOUNS:
        return any(each.kind == "person" for each in (*said.conversation.heard, *said.conversation.mentions))
    found = said.names.resolve(words, ("person",))
    sure = isinstance(found, NameFound) and found.how in ("exact", "alias", "sound")
    return sure or (isinstance(found, Ambiguous) and len(found.candidates) > 1 and found.how in ("exact", "alias"))


def _reference(slot: str, mention: Mention) -> Reference:
    return Reference(slot, mention.name, mention.kind, mention.name, mention.id, "context")


def _command(
    said: Understanding, action: str, slots: dict[str, Slot], references: tuple[Reference, ...] = ()
) -> Command:
    return Command(said.text, (Step(action, slots, references=references),), _SURE, "template")
