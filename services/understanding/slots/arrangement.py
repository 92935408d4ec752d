"""A meeting told in one sentence, its parts in any order: people, topic, place, length, times. Pure.

"A one hour meeting with Tom and Aisha on Wednesday at three about the budget" is cut where a part begins: at a time or
a length, at "with", "about", "in" and "at", and at commas. What no part explains is no meeting.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from services.understanding.base import Slot
from services.understanding.slots.modifiers import split_names
from services.understanding.words import Word, spoken, word_set, word_tuples

EVENTS = word_set("""meeting meetings mtg appointment call lunch brunch breakfast dinner supper drinks coffee party
    workshop seminar interview review retro retrospective standup stand-up sync catch-up kickoff briefing debrief
    presentation demo rehearsal practice training lesson lessons class session viewing visit inspection consultation
    hearing checkup check-up planning conference webinar event course yoga choir huddle one-on-one 1:1 slot discussion
    handover kick-off recheck fitting tasting""")
"""Nouns of what stands in a calendar; the last word of what is arranged."""
_TWO_WORDS = frozenset(word_tuples("one on one | catch up | stand up | sit down | get together | check in | kick off"))
_BARE = word_set("meeting mtg appointment event something slot time one it session")
"""They tell nothing beside a topic."""
ROOMS = word_set("""room hall office flat floor building canteen library studio school street gym church park lounge
    cafe café kitchen garage basement lab theatre restaurant workshop site place court pub bar""")
_ON_WHICH = word_set("""phone telephone line zoom teams video skype webex terrace roof balcony patio deck lawn board
    train boat campus beach bench stairs""")
"""On these one meets."""
_EVERYBODY = word_set("everyone everybody anyone anybody all people those them folks guys")
_LABELS = {
    "attendees": word_tuples("together with | along with | and invite | inviting | with"),
    "topic": word_tuples("""on the subject of | to talk about | to discuss | to go over | to go through | about |
        regarding | concerning"""),
    "location": word_tuples("over at | in | at"),
}
_LEADS = word_set("on at for in by of from starting beginning lasting around about every and it's is then to be")
"""Before a time or a length; no part of anything else."""
_KEPT = word_set("from starting beginning until till by before after")
_IDLE = word_set("please thanks thank you ok okay then too also and well")
_ARTICLES = word_set("a an the my our another new quick short")
_BEFORE = _ARTICLES | {"for", "to", "down"}
_CALENDAR = word_set("calendar diary schedule agenda planner")
_NO_PART = word_set("""find search show check look tell remind send add set create cancel move note message let delete
    remove start stop say ask if because when where why how what that's isn't don't not no but or who which""")
_NO_HEAD = word_set("""push shift bring postpone delay pull swap give tell ask charge hundred twenty thirty forty fifty
    sixty seventy eighty ninety""")
"""What is moved, and a sum, are no name of a meeting."""
_SAME_PEOPLE = re.compile(
    r"(?:(?:the )?same (?:people|ones?|lot|crowd|group|team|two|three|four)"
    r"|(?:the |all )?(?:two|three|four|lot) of them"
    r"|both(?: of them)?|all of them|(?:the )?same again)",
    re.IGNORECASE,
)
_CLAUSE = word_set("""i we you he she they it that this had have has was were am are been did do does will would can
    could should must may might got post let's there came went paid gave brought owes owe owed""")
"""With one of these it is a sentence, and no name of a meeting."""
_TIMES = ("when", "recurrence", "duration")
_EVERY_OTHER = ("fortnightly", "biweekly", "every two weeks", "every other week", "every 2 weeks")
_HEAD = re.compile(r"\s(?:of|for|to)\s")
_PLURAL = re.compile(r"^(\w+day)s\b", re.IGNORECASE)
_WEEKDAY = re.compile(r"(?:on )?((?:mon|tues|wednes|thurs|fri|satur|sun)day\b)", re.IGNORECASE)
_EVERY = ("weekly", "every week", "daily", "monthly")
IsName = Callable[[str], bool]


class Parts:
    """What of a meeting was told."""

    def __init__(self) -> None:
        self.title: list[str] = []
        self.topic = ""
        self.attendees: list[str] = []
        self.location = ""
        self.times: dict[str, list[str]] = {}
        self.counted = 0
        """Parts beside the title and the times."""
        self.turned = False
        """Something follows a time, or a comma parts it: what a title's two ends do not show."""

    @property
    def count(self) -> int:
        """How many there are of all."""
        return len(self.title) + self.counted + sum(map(len, self.times.values()))

    def slots(self) -> dict[str, Slot]:
        """For meeting.create."""
        head = ", ".join(self.title)
        bare = not head or head.casefold() in _BARE
        title = self.topic if bare and self.topic else f"{head} about {self.topic}" if self.topic else head
        slots: dict[str, Slot] = {"title": (title or "meeting") if title.casefold() != "something" else "meeting"}
        slots |= {"attendees": self.attendees} if self.attendees else {}
        slots |= {"location": self.location} if self.location else {}
        for kind, told in self.times.items():
            each = [word for word in told if word.casefold() not in _EVERY] if len(told) > 1 else told
            if len(each) > 1 and (other := next((word for word in each if word.casefold() in _EVERY_OTHER), None)):
                each = [_PLURAL.sub(r"every other \1", word) for word in each if word != other]
            slots[kind] = each[0] if len(each) == 1 else " ".join(each)
        weekday = _WEEKDAY.match(str(slots.get("when", "")))
        if weekday and str(slots.get("recurrence", "")).casefold() in ("weekly", "every week"):
            slots["recurrence"] = f"every {str(slots.pop('when'))[weekday.start(1) :]}"
        return slots


def parts_of(text: str, said: Sequence[Word], is_name: IsName) -> Parts | None:
    """The parts of an arrangement; None where some words are none."""
    ended = any(word.text in _NO_PART or word.stop in (".", "?", "!", ";") for word in said[:-1])
    if ended or said[0].text in _NO_HEAD:
        return None
    parts, label, piece = Parts(), "title", list[Word]()
    i = 0
    while i < len(said):
        word = said[i]
        begins = _label(said, i) or (_on(said, i, piece) if label == "attendees" and piece else None)
        if word.kind in _TIMES and not _is_title(parts, said, i) and not _is_in_topic(label, piece, said, i):
            lead = _without_leads(piece, first=label == "title" and not parts.title)
            if not _put(parts, label, piece, text, is_name):
                return None
            kept = [lead] if lead is not None and lead.text in _KEPT and word.kind != "duration" else []
            parts.times.setdefault(word.kind, []).append(spoken(text, [*kept, word]))
            label, piece, i = "", [], i + 1
        elif begins:
            if not _put(parts, label, piece, text, is_name):
                return None
            parts.turned |= bool(parts.times)
            label, piece, i = begins[0], [], i + begins[1]
            continue
        else:
            piece.append(word)
            i += 1
        strangers = bool(piece) and not is_name(piece[-1].text)
        more = label == "attendees" and i < len(said) and _goes_on(said[i:], text, is_name, strangers=strangers)
        if word.stop in (",", ":") and not more:
            if not _put(parts, label, piece, text, is_name):
                return None
            parts.turned |= i < len(said)
            label, piece = "", []
    if not _put(parts, label, piece, text, is_name):
        return None
    return parts if len(parts.times.get("when", ())) <= 2 and len(parts.times.get("duration", ())) <= 1 else None


def is_event(title: str) -> bool:
    """Whether the words end in a noun of what stands in a calendar."""
    words = _HEAD.split(title.casefold(), maxsplit=1)[0].split()
    return bool(words) and (words[-1] in EVENTS or tuple(words[-2:]) in _TWO_WORDS or tuple(words[-3:]) in _TWO_WORDS)


def may_be_event(title: str) -> bool:
    """Whether one of its first words is such a noun: "extra rehearsal act two"."""
    return bool(EVENTS & set(title.casefold().split()[:3]))


def _label(said: Sequence[Word], i: int) -> tuple[str, int] | None:
    """The part that begins at a word, and how many words say so. "In" the calendar is none."""
    for label, phrases in _LABELS.items():
        for phrase in phrases:
            behind = said[i + len(phrase) :]
            if tuple(word.text for word in said[i : i + len(phrase)]) != phrase or not behind:
                continue
            if behind[0].kind and not (label == "topic" and _names(behind)):
                continue
            if not (label == "location" and any(word.text in _CALENDAR for word in behind[:2])):
                return label, len(phrase)
    return None


def _on(said: Sequence[Word], i: int, who: Sequence[Word]) -> tuple[str, int] | None:
    """Behind people, what it is about, or where: "with Sarah on the budget", "on the terrace"; but "everyone on the
    team" are people.
    """
    if said[i].text != "on" or who[-1].text in _EVERYBODY:
        return None
    rest: list[Word] = []
    for at in range(i + 1, len(said)):
        if said[at].kind or (rest and _label(said, at)):
            break
        rest.append(said[at])
        if said[at].stop:
            break
    while rest and rest[-1].text in _LEADS:
        rest.pop()
    if not rest:
        return None
    return "location" if rest[-1].text in ROOMS | _ON_WHICH else "topic", 1


def _is_title(parts: Parts, said: Sequence[Word], i: int) -> bool:
    """Quarterly figures, once it is told when: what it is about."""
    plain = said[i].kind == "recurrence" and not said[i].several and not said[i].stop
    return plain and "when" in parts.times and i + 1 < len(said) and not said[i + 1].kind


def _is_in_topic(label: str, piece: Sequence[Word], said: Sequence[Word], i: int) -> bool:
    """ "About the Christmas party": a day that is part of what it is about."""
    return label == "topic" and not (piece and piece[-1].text not in _ARTICLES) and _names(said[i:])


def _names(said: Sequence[Word]) -> bool:
    """Whether a time goes on to what is called so: "Christmas party", but not "Christmas at noon"."""
    behind = said[1] if len(said) > 1 and not said[0].stop else None
    plain = behind is not None and not behind.kind and behind.text not in _LEADS | _IDLE | {"instead", "rather"}
    return plain and _label(said, 1) is None


def _without_leads(piece: list[Word], *, first: bool) -> Word | None:
    """Takes the words that lead to a time off a piece; the last of them."""
    lead = piece[-1] if piece else None
    while piece and (piece[-1].text in _LEADS or (first and piece[-1].text in _ARTICLES)):
        piece.pop()
    return lead


def _goes_on(said: Sequence[Word], text: str, is_name: IsName, *, strangers: bool) -> bool:
    """Whether another name follows the comma behind one; where the first is a stranger's, others may be."""
    at = 1 if said[0].text == "and" and len(said) > 1 else 0
    name, behind = said[at], said[at + 1] if at + 1 < len(said) else None
    ends = behind is None or bool(name.stop) or bool(behind.kind) or behind.text in ("and", "at", "on", "in")
    return not name.kind and (is_name(name.text) or text[name.start].isupper() or (strangers and ends))


def _put(parts: Parts, label: str, piece: Sequence[Word], text: str, is_name: IsName) -> bool:
    """Gives a piece to its part; False where that is taken, or the piece is nothing that may be said of a meeting."""
    while piece and piece[-1].text in _IDLE:
        piece = piece[:-1]
    while piece and piece[0].text in _IDLE | (_BEFORE if label in ("", "title") else frozenset(("the",))):
        piece = piece[1:]
    piece = _without_calendar(piece)
    if not piece:
        return label in ("", "title")
    words = spoken(text, piece)
    if _SAME_PEOPLE.fullmatch(words) and label in ("", "attendees") and not parts.attendees:
        parts.attendees, parts.counted = ["them"], parts.counted + 1
        return True
    names = [spoken(text, name) for name in split_names(piece)]
    if len(piece) > 2 and len(names) == 1 and all(is_name(word.text) for word in piece):
        names = [spoken(text, [word]) for word in piece]  # Priya Tom Lena
    if not label:
        if any(word.text in _CLAUSE for word in piece):
            return False
        parts.turned = True
        label = _unlabelled(parts, piece, is_name)
    match label:
        case "attendees":
            parts.attendees += names
        case "location" if not parts.location:
            parts.location = words
        case "topic" if not parts.topic:
            parts.topic = words
        case "title":
            parts.title.append(words)
            return not any(word.text in _CLAUSE for word in piece)
        case _:
            return False
    parts.counted += 1
    return True


def _unlabelled(parts: Parts, piece: Sequence[Word], is_name: IsName) -> str:
    """What a piece behind a comma or a time is: a place, people, the title, or what it is about."""
    named = [word for word in piece if word.text not in ("and", "&")]
    if parts.title and any(word.text in ("called", "named") for word in piece[1:-1]) and not parts.attendees:
        return "attendees"  # a young couple called Weiss
    if all(is_name(word.text) for word in named) and not parts.attendees:
        return "attendees"
    if parts.title and any(word.text in ROOMS for word in piece) and not parts.location:
        return "location"
    bare = all(title.casefold() in _BARE for title in parts.title)
    return "topic" if parts.title and bare and not parts.topic else "title"


def _without_calendar(piece: Sequence[Word]) -> Sequence[Word]:
    """Without "in the calendar" at its end."""
    if not piece or piece[-1].text not in _CALENDAR:
        return piece
    rest = list(piece[:-1])
    while rest and rest[-1].text in ("the", "my", "our", "in", "on", "into", "to"):
        rest.pop()
    return rest
