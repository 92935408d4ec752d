"""What people in the room say to each other, in which the language model finds a message of ours.

"Jenny, can you take him through?" is said to Jenny. Whoever wants a message sent says so, with a word of telling.
"""

from __future__ import annotations

import re

from services.understanding.base import Command
from services.understanding.names.names import Names
from services.understanding.words import split_words, word_set

_SURE = 0.8
_TELLS = word_set("""tell tells telling told send sends sending sent message messages msg text texts write writes post
    posts posting let inform informs ask asks say says ping notify announce mail mails email emails forward share shares
    reply respond answer drop remind give pass update report dm whatsapp word note memo shoot broadcast invite thank
    congratulate warn alert bata batao bol bolo bhej bhejo keh kaho likh likho puch pucho sunao""")
_NO_NAME = re.compile(r"(?:his|her|their|my|your|the) (?:\w+ )?name\b", re.IGNORECASE)
_TO_SOMEBODY = re.compile(
    r"(?P<who>[\w'’-]+)[\s,!]+(?:(?:can|could|would|will|won['’]t|do|did|are|were|have) (?:you|ya|u)\b"
    r"|come\b|wait\b|look\b|listen\b|stop\b|don['’]t\b|was that\b|is that\b|please come\b"
    r"|what do you\b|where are you\b)",
    re.IGNORECASE,
)


def is_chatter(text: str, command: Command, names: Names) -> bool:
    """Whether a command that only the model reads in a text is none: said to somebody by name, or no word tells."""
    if command.source != "model" or not command.steps:
        return False
    said = _TO_SOMEBODY.match(text.strip())
    if said and names.is_name(said["who"].lower()):
        return True
    names_told = [str(step.slots.get(slot, "")) for step in command.steps for slot in ("new_name", "nickname")]
    if any(map(_NO_NAME.match, names_told)):
        return True  # "Otte, I always forget his name"
    sends = any(step.action == "message.send" for step in command.steps)
    return sends and command.confidence < _SURE and not _TELLS & {word.text for word in split_words(text)}
