"""What is asked of that which was just done or spoken of: "is it done", "whose is that", "did that message go out",
"what did I just add".
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from services.understanding.base import VOCABULARY, Command, Step
from services.understanding.stages.base import Understanding
from services.understanding.words import FILLERS

_SURE = 0.95
_LONGEST = 80
_IT = r"(?:it|that|this|that one|this one)"
_OPENS = rf"^(?:(?:{FILLERS}|wait|hang on|hold on|sorry)[\s,]+)*"
_ENDS = r"(?: then| now| again| yet| already| please| at the moment| there| okay| ok| all right| alright)*[\s?.!]*$"
_ASKS: Mapping[str, tuple[re.Pattern[str], frozenset[str]]] = {
    what: (re.compile(f"{_OPENS}(?:{said}){_ENDS}", re.IGNORECASE), frozenset(kinds.split()))
    for what, said, kinds in (
        ("where", rf"where(?:['’]?s| is| was| are| did you put| did that go| did it go) ?{_IT}?", "file meeting"),
        (
            "who",
            rf"whose (?:is|was) {_IT}|whose (?:task|job) is {_IT}|who has {_IT}|who is {_IT} (?:for|with)"
            rf"|who(?:['’]?s| is) (?:doing|got|on|handling|responsible for|in charge of) {_IT}"
            r"|who(?:['’]?s| is) (?:coming|invited|in (?:it|that))",
            "task meeting",
        ),
        (
            "when",
            rf"when(?:['’]?s| is| was) {_IT}(?: due| on| for| happening)?|when does {_IT} (?:start|ring|go off)"
            rf"|(?:(?:at )?what time|when) (?:will|would) {_IT} be(?: up| over| ready| done)?"
            rf"|(?:at )?what time (?:is|does|will) {_IT} (?:up|over|ready|done|ring|go off)"
            r"|what day is (?:that|this)(?: one)?|what day is it (?:on|due)",  # "what day is it" asks for today
            "task meeting reminder alarm timer project",
        ),
        (
            "urgency",
            rf"(?:is|was) {_IT} (?:urgent|important|pressing|(?:a |of )?(?:high|top|low) priority|a priority)"
            rf"|how (?:urgent|important|pressing) (?:is|was) {_IT}",
            "task",
        ),
        (
            "state",
            rf"(?:is|was) {_IT} (?:done|finished|ready|over|completed?|still (?:open|on|running|going)|running|due|late"
            r"|overdue)",
            "task meeting reminder timer alarm project file",
        ),
    )
}
"""What is asked, in which words, of which kinds."""
_SENT = re.compile(
    rf"{_OPENS}(?:did (?:{_IT}|(?:my|the|that|this) (?:message|text|note|post))(?: to (?P<to>[^?]+?))?"
    r" (?:go out|go through|go|get sent|get out|get through|send|arrive)"
    r"|(?:has|was|is) (?:that|the|my|this) (?:message|text)(?: to (?P<who>[^?]+?))?"
    r" (?:gone out|gone|been sent|sent|out)"
    rf"|(?:did|has|have) (?:he|she|they) (?:get|got|received?|see|seen|hear|heard)"
    rf" (?:{_IT}|(?:my|the) message)){_ENDS}",
    re.IGNORECASE,
)
_DONE = (
    "added|done|noted|changed|set|booked|created|sent|put|written|deleted|removed|moved|saved|add|do|note|change|book"
    "|create|send|write|delete|remove|move|save|get|got"
    "|undo|undone"
)
_DEED = re.compile(
    rf"{_OPENS}(?:did {_IT} (?:work|save|go through|go in|take)"
    rf"|(?:was|is|has) {_IT} (?:been )?(?:set|saved|sent|booked|noted|added|undone|taken back|in|in there|on there"
    r"|gone out|out|done)"
    rf"|(?:did you|have you) (?:{_DONE}) {_IT}(?: down)?"
    rf"|what (?:did|have) (?:i|we|you) just (?:{_DONE})(?: down| in| there| on| on it| to it| off)?"
    rf"|what (?:did|have) you (?:do|done)"
    r"|what(?:['’]?s| is| was) (?:the|that|your|my|our) (?:very )?last (?:thing|command|action|change)(?: that)?"
    rf" (?:you|i|we)(?:['’]ve| have)?(?: just)? (?:did|{_DONE}|asked(?: you)?(?: for| to do)?|told you(?: to do)?)"
    rf"|what (?:was|is) (?:that|it) (?:i|we|you) just (?:{_DONE})){_ENDS}",
    re.IGNORECASE,
)


_UNDONE = re.compile(
    rf"{_OPENS}(?:what (?:exactly )?(?:did|have) (?:you|i|we)(?: just)? (?:undo|undone|take back|taken back"
    r"|revert(?:ed)?)"
    rf"|what (?:was|has been|got)(?: just)? (?:undone|taken back|reverted)){_ENDS}",
    re.IGNORECASE,
)
""" "What did you undo" asks, and undoes nothing more."""
_CALENDAR = r"(?:the|my|our) (?:calendar|diary|schedule)"
_PUT = r"(?:put|add|added|enter|entered|write|wrote|book|booked|made|make)"
_ENTERED = re.compile(
    rf"{_OPENS}(?:what(?:['’]?s| is| was) the (?:last|latest|newest) (?:thing|entry|one|appointment|meeting)(?: that)?"
    rf"(?: (?:i|we|you)(?:['’]ve| have)? (?:just )?{_PUT})?|what (?:did|have) (?:i|we|you) (?:just|last) {_PUT})"
    rf"(?: down)? (?:in|into|to|on) {_CALENDAR}{_ENDS}",
    re.IGNORECASE,
)


def asked_of_it(said: Understanding) -> Understanding | None:
    """The question about what was spoken of last, for the kinds that it can be asked of; whether a message went out."""
    mention = said.conversation.mentions[0] if said.conversation.mentions else None
    if mention is None or len(said.text) > _LONGEST:
        return None
    text = said.text.strip()
    if sent := _SENT.match(text):
        return said.found(_of_messages(said, sent["to"] or sent["who"] or ""), "talk")
    if any(mention.kind in kinds and asks.match(text) for asks, kinds in _ASKS.values()):
        action = VOCABULARY[f"{mention.kind}.query"]
        return said.found(Command(text, (Step(action.name, {action.subject or "": "it"}),), _SURE, "template"), "talk")
    return None


def deed(said: Understanding) -> Understanding | None:
    """What was done last, said once more; what came into the calendar last, as it stands there now."""
    made = said.conversation.made
    if made and made.steps[-1].action == "meeting.create" and _ENTERED.match(said.text.strip()):
        step = Step("meeting.query", {"title": "it"})
        return said.found(Command(said.text, (step,), _SURE, "template"), "talk")
    if _UNDONE.match(said.text.strip()):
        return said.found(Command(said.text, (Step("control.repeat"),), _SURE, "template"), "talk")
    if not said.conversation.deed or len(said.text) > _LONGEST or not _DEED.match(said.text.strip()):
        return None
    return said.found(Command(said.text, (Step("control.repeat"),), _SURE, "template"), "talk")


def _of_messages(said: Understanding, to: str) -> Command | None:
    """Those to somebody, else to whom the last one was sent."""
    last = said.conversation.last
    sent = next((step for step in reversed(last.steps) if step.action == "message.send"), None) if last else None
    if to:
        step = Step("message.query", {"recipients": [to]})
    elif sent and said.conversation.done:
        references = tuple(ref for ref in sent.references if ref.slot == "recipients")
        step = Step("message.query", {"recipients": sent.slots["recipients"]}, references=references)
    else:
        return None
    return Command(said.text, (step,), _SURE, "template")
