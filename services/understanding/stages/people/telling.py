"""Word for somebody, told as people do: "thank him from me", "and let her know", "message to Ben. Keys are in the van".

What is pointed at ("tell her so") is what was just done or answered; whoever is left out is who was written to last.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.understanding.base import Command, Slot, Step
from services.understanding.conversation.memory import latest
from services.understanding.names.base import Ambiguous, NameFound
from services.understanding.names.sexes import may_be
from services.understanding.stages.base import Understanding
from services.understanding.stages.names import spoken_names
from services.understanding.stages.people.answered import LEAD, WHO, answered
from services.understanding.stages.people.members import SEVERAL, attending, several
from services.understanding.vocabulary import VOCABULARY
from services.understanding.words import word_set

_SURE = 0.95
_LONGEST = 300
_TAIL = (
    r"(?:[\s,]+(?:too|as well|also|then|please|now|for me|from me|from us|from all of us|on my behalf|in my name"
    r"|thanks|thank you|right away|straight away|again|would you|will you|could you|at once|immediately))*"
)
_IT = (
    r"(?:(?:exactly )?the same(?: thing)?|so|that|this|it|just that|exactly that|all (?:of )?(?:that|this)|as much|the"
    r" news|the (?:result|answer|upshot)"
    r"|what (?:i|you|we) (?:just )?(?:said|did|wrote)"
    r"|(?:(?:about|of) )(?:it|that|this|the (?:new |other |changed? |changes? )*(?:date|time|day|place|plan|change"
    r"|deadline|room|number|price|amount|news|appointment|arrangement|result|balance|figure)s?))"
)
_LEADS = re.compile(LEAD, re.IGNORECASE)
_SO = re.compile(
    rf"{LEAD}(?:(?:tell|inform|notify|update|text|message|send|write|ask|give) {WHO} (?P<it>{_IT})"
    rf"|let {WHO.replace('who', 'let')} know(?: (?P<known>{_IT}))?"
    rf"|(?:tell|inform|notify) (?P<all>(?:the|that) (?:channel|group)|them (?:both|all)|both(?: of them)?|all of them)"
    rf"|(?:tell|inform|notify) (?P<only>him|her|them)"
    rf"|(?:(?<=and )|(?<=then ))(?:tell|inform|notify) {WHO.replace('who', 'bare')}"
    rf"|{WHO.replace('who', 'has')} (?:needs to|has to|should|ought to|must|wants to|will want to|might want to)"
    rf" (?:know|hear|be told|be informed)(?: (?P<heard>{_IT}))?){_TAIL}",
    re.IGNORECASE,
)
_TO = re.compile(
    rf"{LEAD}(?:an? |one )?(?:quick |short )?(?:message|text|word|memo|line) (?:to|for) {WHO}(?:\s*[.,:;]|\s+-)\s*"
    r"(?P<what>.+)",
    re.IGNORECASE,
)
_NEEDS = re.compile(
    rf"{LEAD}{WHO} (?:needs to|has to|have to|need to|should|ought to|must) (?:know|hear|be told|be informed)"
    rf"{_TAIL}\s*[,.:;]\s*(?P<what>.+)",
    re.IGNORECASE,
)
_INTO = re.compile(
    rf"{LEAD}(?:to|into|in|for) (?:the )?{WHO}(?: channel)?\s*[,:]\s*(?P<what>\S+(?: \S+)+)", re.IGNORECASE
)
_WISH = (
    r"(?:many |warm |big |a (?:big |huge )?)?(?:thanks?(?: you)?(?: very much| so much| a lot)?|thank-you"
    r"|congratulations|congrats"
    r"|happy birthday|merry christmas|good luck|get well(?: soon)?|sorry|hello|hi|best wishes|my regards|regards"
    r"|my thanks|my apologies|my best|my love|greetings)"
)
_WISHES = re.compile(
    rf"{LEAD}(?:(?:write|send|tell|give|text|message|wish) {WHO} (?P<wish>{_WISH}\b.*)"
    rf"|say (?P<said>{_WISH}) to {WHO.replace('who', 'to')}(?P<why> for .+)?{_TAIL})",
    re.IGNORECASE,
)
_THANKS = re.compile(
    rf"{LEAD}(?P<verb>thank|congratulate|apologi[sz]e to) {WHO}{_TAIL}(?P<why> (?:for|on|about) .+?)?{_TAIL}",
    re.IGNORECASE,
)
_AND_ME = re.compile(r"\b(?:and|then) (?:please )?(?:remind me|wake me|set|start|note)\b", re.IGNORECASE)
_THANKING = {"thank": "thank you", "congratulate": "congratulations"}
_SAYS = re.compile(
    r"(?:(?:and|also|then|please|oh|yes)[\s,]+)*(?:(?:say|write)(?: that| also| too)?|(?:tell (?:him|her|them)|mention"
    r"|add) that"
    r"|(?<=and )that|(?P<asks>ask (?:him |her |them )?(?=if |whether |what |when |where |who |how |why"
    r" )))[\s,:]+(?P<what>.+)",
    re.IGNORECASE,
)
_MUST = re.compile(
    r"and (?:also )?(?P<what>(?P<who>he|she|they) (?:must|has to|have to|should|needs? to|ought to|is to|are to|shall)"
    r" (?!know\b|hear\b).+)",
    re.IGNORECASE,
)
""" "And he must take the small van", behind a message to him."""
_TOO = re.compile(
    rf"(?:and |also |oh and |plus )*(?:to )?{WHO},?(?: too| as well| also)+(?:[\s,]+(?:please|obviously|of course))*"
    rf"|(?:and |also )*(?:the )?same (?:thing )?(?:to|for) (?P<same>[^\W\d_][\w'’. -]{{0,40}}?)(?: too| as well|"
    rf" please)*"
    r"|and (?:also )?to (?P<cut>[^\W\d_][\w'’. -]{0,40}?)(?: please)?",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(r"(?:to|in|into|on) (?:the |them\b|him\b|her\b|[^\W_]+\s*[,:])", re.IGNORECASE)
""" "Write to them all, …", "write in the channel that …": to others."""
_NO_CONTENT = word_set("again it that this so no yes what something anything nothing")


def telling(said: Understanding) -> Understanding | None:
    """A message to who is named or pointed at, or whether one was answered."""
    text = said.text.strip(" .!?")
    if len(text) > _LONGEST:
        return None
    command = answered(text, said, _known) or ("?" not in said.text and _told(text, said)) or None
    return None if command and _tells_more(said) else said.found(command)


def _tells_more(said: Understanding) -> bool:
    """Whether the sentences read several orders, the last not to whom is written: "… and remind me at seven"."""
    plain = said.read_plainly(said.text) if _AND_ME.search(said.text) else None
    return plain is not None and len(plain.steps) > 1 and plain.confidence >= _SURE


def _told(text: str, said: Understanding) -> Command | None:
    return _pointed(text, said) or _addressed(text, said) or _wished(text, said) or _said_too(text, said)


def _pointed(text: str, said: Understanding) -> Command | None:
    """ "Tell her so", "let him know of the new date": what was done or answered last."""
    found = _SO.fullmatch(text)
    who = found and next((found[group] for group in ("who", "let", "has", "all", "bare", "only") if found[group]), "")
    if not found or not who:
        return None
    what = next((found[group] for group in ("it", "known", "heard") if found[group]), "")
    if "same" in what.casefold():
        return _message(said, who, _words_sent(said)) if said.conversation.sent else None
    if found["only"] and not _made_for_them(said):
        return None
    if found["bare"] and not _wrote(said):
        return None
    if what and re.match(r"(?:send|give)\b", _LEADS.sub("", text), re.IGNORECASE):
        return None  # "send him that": a file
    content = _last_word(said, written=not what)
    return _message(said, who, content) if content else None


def _last_word(said: Understanding, *, written: bool) -> str:
    """What was said last, as a message tells it: the message itself, or what we answered."""
    last = said.conversation.last
    if last is None or not said.conversation.done or said.conversation.question:
        return ""
    step = last.steps[-1]
    if step.action == "message.send":
        return str(step.slots.get("content", ""))
    if written and not VOCABULARY[step.action].writes:
        return ""
    return re.sub(r"\s*Say undo to take it back\.?", "", said.conversation.reply).rstrip(".")


def _wrote(said: Understanding) -> bool:
    """Whether the last command changed something, and was no message."""
    last = said.conversation.last
    step = last.steps[-1] if last and said.conversation.done else None
    return step is not None and VOCABULARY[step.action].writes and step.action != "message.send"


def _made_for_them(said: Understanding) -> bool:
    """Whether the last command gave somebody a task: "tell him" means of that."""
    last = said.conversation.last
    return _wrote(said) and last is not None and "assignees" in last.steps[-1].slots


def _words_sent(said: Understanding) -> str:
    sent = said.conversation.sent
    return str(sent.slots.get("content", "")) if sent else ""


def _addressed(text: str, said: Understanding) -> Command | None:
    for pattern in (_TO, _NEEDS):
        if found := pattern.fullmatch(text):
            return _message(said, found["who"], found["what"])
    found = _INTO.fullmatch(text)
    last = said.conversation.last
    if found is None or not isinstance(channel := said.names.resolve(found["who"], ("channel",)), NameFound):
        return None
    named = channel.how in ("exact", "alias") and (last is None or VOCABULARY[last.steps[-1].action].family != "file")
    return _message(said, channel.entity.name, found["what"]) if named else None


def _wished(text: str, said: Understanding) -> Command | None:
    """ "Thank him from me", "write her thank you for the cake"."""
    if found := _WISHES.fullmatch(text):
        content = found["wish"] or f"{found['said']}{found['why'] or ''}"
        return _message(said, found["who"] or found["to"], content)
    if found := _THANKS.fullmatch(text):
        return _message(said, found["who"], f"{_THANKING.get(found['verb'].lower(), 'sorry')}{found['why'] or ''}")
    return None


def _said_too(text: str, said: Understanding) -> Command | None:
    """ "And say I'm bringing the ladder", behind a message: to the same people; "Ruth too": the same to her."""
    sent, found = _about_message(said), _SAYS.fullmatch(text)
    if sent is None:
        return None
    if too := _TOO.fullmatch(text):
        return _message(said, too["who"] or too["same"] or too["cut"], _words_sent(said))
    if must := _MUST.fullmatch(text):
        return _to_them(said, sent, must["what"]) if _is_to(said, sent, must["who"]) else None
    if found is None or "recipients" not in sent.slots or found["what"].split()[0].casefold() in _NO_CONTENT:
        return None
    if _ELSEWHERE.match(found["what"]) or (re.search(r" (?:in|to) (?:the )?\w+$", text) and _is_channel(text, said)):
        return None
    return _to_them(said, sent, found["what"])


def _to_them(said: Understanding, sent: Step, content: str) -> Command:
    kept = tuple(ref for ref in sent.references if ref.slot == "recipients")
    slots: dict[str, Slot] = {"recipients": sent.slots["recipients"], "content": content}
    return Command(said.text, (Step("message.send", slots, references=kept),), _SURE, "template")


def _is_to(said: Understanding, sent: Step, pronoun: str) -> bool:
    """Whether "he" is the one who was written to just now, and "they" are all who were."""
    people = spoken_names(sent.slots.get("recipients"))
    last = said.conversation.last
    if last is None or last.steps[-1] is not sent or not people:
        return False
    if pronoun.casefold() == "they":
        return len(people) > 1 or not said.names.is_name(people[0].split()[0])
    return len(people) == 1 and may_be(pronoun, _called(said, sent, people[0]))


def _called(said: Understanding, sent: Step, words: str) -> str:
    known = next((ref.name for ref in sent.references if ref.slot == "recipients" and ref.name), None)
    found = said.names.resolve(words, ("person",))
    return known or (found.entity.name if isinstance(found, NameFound) else words)


def _about_message(said: Understanding) -> Step | None:
    """The last message, where nothing else was spoken of since."""
    last = said.conversation.last
    about = last is not None and VOCABULARY[last.steps[-1].action].family in ("message", "contact")
    return said.conversation.sent if about else None


def _is_channel(text: str, said: Understanding) -> bool:
    return isinstance(said.names.resolve(text.rpartition(" ")[2], ("channel",)), NameFound)


_PRONOUNS = word_set("him her them he she they everyone everybody")
_EVERYBODY = ("everyone", "everybody")
_ALL = re.compile(SEVERAL, re.IGNORECASE)


def _known(said: Understanding, words: str) -> bool:
    """Somebody pointed at, or surely known by name."""
    if _THE_CHANNEL.fullmatch(words):
        return latest(said.conversation, ("channel",)) is not None
    if words.casefold() in _PRONOUNS or _ALL.fullmatch(words):
        return True
    found = said.names.resolve(words, ("person", "channel"))
    several = isinstance(found, Ambiguous) and len(found.candidates) > 1 and found.how in ("exact", "alias")
    return several or (isinstance(found, NameFound) and found.how != "close")


def _message(said: Understanding, who: str, content: str) -> Command | None:
    if not (people := _people(said, who)) or not content.strip(" .,"):
        return None
    slots: dict[str, Slot] = {"recipients": people, "content": content.strip(" ,")}
    return Command(said.text, (Step("message.send", slots),), _SURE, "template")


_THE_CHANNEL = re.compile(r"(?:the|that|this) (?:channel|group)", re.IGNORECASE)


def _people(said: Understanding, words: str) -> Sequence[str]:
    if _THE_CHANNEL.fullmatch(words) and (channel := latest(said.conversation, ("channel",))):
        return [channel.name]
    last = said.conversation.last
    of_meeting = last is not None and VOCABULARY[last.steps[-1].action].family == "meeting"
    if of_meeting and words.casefold() in _EVERYBODY and (who := attending(said)):
        return who  # of the meeting that was just moved
    if _ALL.fullmatch(words) and (who := several(said, words)):
        return who
    pieces = [words] if _known(said, words) else re.split(r"\s*,\s*(?:and\s+)?|\s+and\s+", words)
    return pieces if all(_known(said, each) for each in pieces) else ()
