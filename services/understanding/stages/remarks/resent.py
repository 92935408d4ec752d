"""The last message, sent once more with another value: "no, not noon, ten o'clock, tell him that", also behind the
question whether it was heard.
"""

from __future__ import annotations

import re
from dataclasses import replace

from services.understanding.base import Command
from services.understanding.stages.base import Understanding
from services.understanding.stages.remarks.values import ONCE_MORE, value_right
from services.understanding.vocabulary import VOCABULARY


def resent(said: Understanding) -> Understanding | None:
    """The message as it should have been; None where nothing of it is put right."""
    *before, last = [each.strip(" ,.;!") for each in re.split(r"[,.;]\s+", said.text.strip(" .!"))]
    sent, behind = said.conversation.sent, said.conversation.last
    if not before or not ONCE_MORE.fullmatch(last) or sent is None or behind is None:
        return None
    if VOCABULARY[behind.steps[-1].action].family != "message":
        return None
    of_it = replace(said.conversation, last=Command("", (sent,), behind.confidence, behind.source))
    found = value_right(replace(said, conversation=of_it))
    return replace(found, conversation=said.conversation) if found else None
