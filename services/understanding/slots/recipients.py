"""Who a message is for, where no word stands between that and what it says: "tell Mike and Anna I'm running late"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from services.understanding.slots.modifiers import IsName, split_names
from services.understanding.words import Word, word_set

_ARTICLES = word_set("the my our a an his her their both this that these those")
_GROUPS = word_set("""team teams department departments channel channels group groups crew staff folks guys
    people board squad office committee family division unit room thread employees designers developers
    engineers managers members""")
"""Words that end what several people are called together."""
_SEVERAL = word_set("""teams departments channels groups staff folks guys people employees designers developers
    engineers managers members""")
"""Of these, words that need nothing before them."""
_RELATIONS = word_set("""mom mum mother mama dad father papa parents wife husband partner spouse girlfriend boyfriend
    fiance fiancee brother sister son daughter kids children child uncle aunt cousin grandma grandpa grandmother
    grandfather nephew niece friend friends buddy roommate neighbor boss manager supervisor assistant secretary
    colleague colleagues coworker co-worker coworkers accountant lawyer attorney doctor dentist landlord plumber
    electrician contractor client customer supplier designer developer engineer programmer intern recruiter receptionist
    bookkeeper cfo ceo cto coo founder cofounder co-founder director chef driver cleaner janitor teacher coach
    babysitter nanny tenant investor investors auditor consultant photographer marketer salesman saleswoman sales
    marketing design development engineering finance accounting support legal hr operations purchasing logistics
    production""")
"""What people and departments are called after what they are to the speaker."""
_HEADS = word_set("head vp president director chief lead manager leader owner")
"""What somebody is of something: the head of sales."""
_ALL = word_set("everyone everybody all them him her both someone somebody anyone y'all")
_TITLES = word_set("mr mrs ms miss dr doctor prof professor sgt sir madam")
_NO_NAME = word_set("""i i'm i'll i've i'd im ill ive we we're we'll we've you you're your he he's she she's it it's its
    they they're this that that's these those there there's is are was were be been am has have had do does did don't
    dont can could will would shall should may might must not no yes to from for of in on at by with about and or but if
    when what where who why how which whether as so then than because me us myself monday tuesday wednesday thursday
    friday saturday sunday january february march april june july august september october november december today
    tomorrow tonight now please thanks thank hi hello hey sorry happy merry good congratulations one two three some any
    every each joke jokes story stories poem time news truth secret messages message text great texts email e-mail mail
    received board boards body address number new old saying says say telling tell asking ask know let lets let's
    regarding concerning bank banks institution card alarm alarms meeting meetings reminder reminders timer timers
    calendar event events list something anything nothing everything note notes yesterday""")
"""Words that are no name by themselves, however they are written."""
_VERBS = word_set("""is was are were has have had can could will would should may might must needs wants likes says said
    did does isn't""")
"""After a name these begin what is told of that person: "tell Sarah Mike is late"."""
_OPENINGS = word_set("""i i'm i'll i've i'd im ill ive we we're we'll we've you you're your he he's she she's it's they
    they're this that that's there there's my our his her their what what's when where where's why how who if whether
    can could will would should do does did please don't dont no not hi hello hey happy merry good thanks thank sorry
    congratulations great about saying come call meet let's yes ok okay be see love to the for""")
"""Words that begin what is said, and so end the name of one whom nobody knows."""
_JOINTS = word_set("and or & plus")
_BARE = word_set("the our my a an")
_LONGEST_GROUP = 4
_LONGEST_NAME = 3


def address(
    slots: Mapping[str, list[Word]], text: str, is_name: IsName, who: str = "recipients", what: str = "content"
) -> dict[str, list[Word]]:
    """The words of `recipients` cut into whom is spoken to and what is said, if anything."""
    said = slots[who]
    at = _addressed(said, text, is_name)
    if at < len(said) and said[at].text in _JOINTS:
        at = 0
    told = {**slots, who: said[:at] or said}
    return {**told, what: said[at:]} if 0 < at < len(said) else told


def name_people(said: Sequence[Word], text: str, is_name: IsName = lambda _: False, *, known: bool = False) -> bool:
    """Whether all words name people, groups or channels. `known`: none may be taken for a name unseen."""
    if not said or said[0].text in _JOINTS or said[-1].text in _JOINTS:
        return False
    return all(
        _one(each, text, is_name) == len(each) or (not known and _may_be_one(each)) for each in split_names(said)
    )


def _addressed(said: Sequence[Word], text: str, is_name: IsName) -> int:
    """How many words at the start name people or channels; 0 where none do."""
    at = _one(said, text, is_name)
    if not at:
        return _unknown(said)
    while at < len(said):
        joint = 1 if said[at].text in _JOINTS else 0
        if not joint and said[at - 1].stop not in (",", ";"):
            break
        more = _one(said[at + joint :], text, is_name)
        if not more or (at + joint + more < len(said) and said[at + joint + more].text in _VERBS and not joint):
            break
        at += joint + more
    return at


def _one(said: Sequence[Word], text: str, is_name: IsName) -> int:
    """How many words name one person, group or channel."""
    if not said:
        return 0
    first = said[0].text
    article = 1 if first in _ARTICLES and len(said) > 1 else 0
    described = _described(said[article:], text, is_name, with_article=bool(article))
    if described:
        return article + described
    if first in _ALL or first[0] in "#@":
        return 1
    return 0 if article else _proper(said, text, is_name)


def _described(said: Sequence[Word], text: str, is_name: IsName, *, with_article: bool) -> int:
    """How many words say what somebody is: marketing team, head of sales, Dr Miller, brother Mike."""
    group = next((i for i, word in enumerate(said[:_LONGEST_GROUP]) if word.text in _GROUPS), -1)
    if group >= (0 if with_article or said[0].text in _SEVERAL else 1) and not any(
        word.text in _NO_NAME or word.text in _ARTICLES or word.stop for word in said[:group]
    ):
        return group + 1
    first = said[0].text
    if len(said) > 2 and first in _HEADS and said[1].text == "of":
        return 3 + (len(said) > 3 and said[2].text in _ARTICLES)
    if first in _TITLES and len(said) > 1:
        return 1 + max(1, _proper(said[1:], text, is_name))
    if first in _RELATIONS and (with_article or not text[said[0].start].isupper()):
        return 1 + _proper(said[1:], text, is_name)
    return 0


def _proper(said: Sequence[Word], text: str, is_name: IsName) -> int:
    """How many words are a proper name: known, or written with a capital letter."""
    size = 0
    for word in said[:3]:
        looks = text[word.start].isupper() or is_name(word.text.removesuffix("'s"))
        if word.kind or word.text in _NO_NAME or not looks:
            break
        if size and word.text.endswith("'s") and len(said) > size + 1:
            break  # "tell Kev Whittle's out": what is told begins
        size += 1
        if word.stop:
            break
    if size > 1 and size < len(said) and said[size].text in _VERBS:
        size -= 1
    return size


def _unknown(said: Sequence[Word]) -> int:
    """Nobody we know, and no capital letter to tell by: one word, if what is said clearly begins behind it."""
    if not said or said[0].kind or said[0].text in _NO_NAME or said[0].text in _ARTICLES:
        return 0
    return 1 if len(said) > 1 and (said[0].stop in (",", ":") or said[1].text in _OPENINGS) else 0


def _may_be_one(said: Sequence[Word]) -> bool:
    """Whether up to three words, and perhaps an article, may be a name nobody knows."""
    name = said[1:] if said[0].text in _BARE else said
    return 0 < len(name) <= _LONGEST_NAME and not any(
        word.kind or word.text in _NO_NAME or word.text in _ARTICLES for word in name
    )
