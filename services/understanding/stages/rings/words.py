"""Which timer, alarm or reminder few words are about, and what stands around these words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from services.understanding.base import Reference, Slot, Step
from services.understanding.stages.base import Ringing, Understanding
from services.understanding.vocabulary import VOCABULARY
from services.understanding.words import FILLERS, split_words, word_set

SURE = 0.9
LONGEST = 200
_SAME = 4
"""Letters that two forms of a word have in common at least."""
_LEADS = re.compile(
    rf"^(?:(?:{FILLERS}|er|please|hm|hmm|just|hey|actually|can you|could you|would you|you can)\b[\s,.]*)+",
    re.IGNORECASE,
)
_POLITE = re.compile(r"[\s,]+(?:please|thanks|thank you|then|now|instead|again|though|for me|yet|still|long)$", re.I)
_MARK = re.compile(r"\s*[,.;:!?—–]+\s+|\s+-\s+")
_REASON = re.compile(
    r"\s+(?=(?:it|they|he|she|we|i|there|that|the \w+)(?:'s|'ve|'re|'m|'ll|'d| is| are| was| has| have| had| picked"
    r"| called| came| hung| left| answered| went| need| want| don't| didn't)\b)",
    re.IGNORECASE,
)
"""Where why it is said begins without a mark: "stop the timer it's bubbling"."""
_ORDERS = word_set("""and then also set add put remind tell send make start create what when how who which where is are
    do does did book move cancel delete remove note read run list call play say ask show give post turn""")
"""What begins with one of these is no reason, but something else that is wanted."""
_GIVES_ORDERS = word_set("""set add put remind tell send make start create book move cancel delete remove note list show
    give post turn wake schedule""")
_OPENS = re.compile(rf"^(?:(?:{FILLERS}|no|nope|sorry|wait|but|please|hm+)\b[\s,.]*)+", re.IGNORECASE)
OBJECTS = re.compile(
    rf"^(?:(?:{FILLERS}|hm+|wait|but|er|actually)\b[\s,.]*)*"
    r"(?:no|nope|nah|can't|cannot|sorry|not (?:good|possible)"
    r"|(?:(?:that|it)(?:'s| is) |that'll be |bit |a bit |far |way |much )*too \w+"
    r"|(?:that|it)(?:'s| is)(?: a bit| rather| quite)? (?:early|late|soon|long|short)"
    r"|(?:that|it) (?:doesn't|won't) (?:work|do|suit|fit))\b",
    re.IGNORECASE,
)
"""Opens what puts a time right: "no", "can't", "that's early"."""
_EMPTY = word_set("""a an the my our your his her its their them those these to of for on in at with and about i me we
    us you it that this is are was be been have has had do did again going timer alarm reminder""")


def head_of(said: Understanding) -> tuple[str, str | None] | None:
    mentions = said.conversation.mentions
    return (mentions[0].kind, mentions[0].id) if mentions else None


def step_about(action: str, one: Ringing, slots: dict[str, Slot] | None = None) -> Step:
    subject = VOCABULARY[action].subject or ""
    reference = Reference(subject, "", one.kind, one.name, one.id, "context")
    named: dict[str, Slot] = {subject: one.name} if one.name else {}
    return Step(action, {**named, **(slots or {})}, references=(reference,))


def alarm_or_reminder(said: Understanding, there: Sequence[Ringing]) -> Ringing | None:
    """The alarm or reminder that was spoken of last."""
    head, last = head_of(said), said.conversation.last
    if head is None or last is None or VOCABULARY[last.steps[-1].action].family not in ("alarm", "reminder"):
        return None
    return next((each for each in there if each.id == head[1] and each.kind in ("alarm", "reminder")), None)


def by_it(said: Understanding, there: Sequence[Ringing], reason: str) -> Ringing | None:
    """The one that is named in what is said beside "it" or "that one", else the one spoken of last."""
    named = [each for each in there if each.name and shares_word(each.name, [reason])]
    head = head_of(said)
    return named[0] if len(named) == 1 else next((each for each in there if head and each.id == head[1]), None)


def the_other(said: Understanding, some: Sequence[Ringing]) -> Ringing | None:
    """The one of two that was not spoken of last."""
    head = head_of(said)
    others = [each for each in some if head and each.id != head[1]]
    return others[0] if len(others) == 1 and len(some) > 1 else None


def bare(text: str) -> str:
    plain = _LEADS.sub("", text.strip().replace("’", "'")).strip(" .,!?")
    while (shorter := _POLITE.sub("", plain)) != plain:
        plain = shorter
    return plain


def with_reasons(text: str) -> Iterable[tuple[str, str]]:
    """The text, and what stands in it before why it is said, with that."""
    yield text, ""
    for mark in (_MARK.search(text), _REASON.search(text)):
        if mark and text[mark.end() :].split(maxsplit=1)[0].lower() not in _ORDERS:
            yield bare(text[: mark.start()]), text[mark.end() :]


def last_order(text: str) -> tuple[str, str]:
    """What was said before the last mark, and the order behind it: "sent it. kill that"."""
    marks = list(_MARK.finditer(text))
    return (text[: marks[-1].start()], bare(text[marks[-1].end() :])) if marks else ("", "")


def is_talk(lead: str) -> bool:
    """Whether something is said before an order, more than a no, that gives none itself."""
    clauses = [_OPENS.sub("", f"{clause} ").split() for clause in _MARK.split(lead)]
    orders = any(words and words[0].lower() in _GIVES_ORDERS for words in clauses)
    return any(clauses) and not orders


def _content(text: str) -> list[str]:
    return [word.text.removesuffix("'s") for word in split_words(text) if word.text not in _EMPTY]


def _alike(one: str, other: str) -> bool:
    return one == other or (len(one) >= _SAME and len(other) >= _SAME and one[:_SAME] == other[:_SAME])


def is_called(title: str, words: str) -> bool:
    """Whether all that is said is in the title, or all of the title in what is said."""
    said, has = _content(words), _content(title)
    inside: Callable[[list[str], list[str]], bool] = lambda these, those: all(  # noqa: E731 (used twice, here)
        any(_alike(each, other) for other in those) for each in these
    )
    return bool(said and has) and (inside(said, has) or inside(has, said))


def shares_word(title: str, texts: Iterable[str]) -> bool:
    """Whether a word that counts is in the title and in one of the texts."""
    has = _content(title)
    return any(_alike(word, other) for text in texts for word in _content(text) for other in has)
