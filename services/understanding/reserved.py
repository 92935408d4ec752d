"""Reserved words: a whole utterance that always means one thing, whatever templates say. Recognised first, by table."""

from __future__ import annotations

import re
from collections.abc import Mapping

from services.understanding.base import Step
from services.understanding.words import phrases, split_words, word_set

_DISOWNS = phrases("""not you | i don't mean you | i didn't mean you | i did not mean you | that wasn't for you |
    that was not for you | this wasn't for you | that's not for you | it wasn't for you | wasn't for you |
    i wasn't talking to you | i was not talking to you | i'm not talking to you | i am not talking to you |
    i wasn't speaking to you | we weren't talking to you | we're not talking to you | nobody was talking to you |
    nobody called you | i didn't call you | i did not call you | nobody asked you | i wasn't asking you |
    i didn't say your name | you weren't meant | you were not meant""")
"""What was taken for the wake word was none."""
_SAID: Mapping[str, tuple[str, ...]] = {
    "control.stop": phrases("""stop | stop it | stop that | stop talking | stop speaking | be quiet | quiet | shut up |
        silence | enough | that's enough | hush | shush | shh | shhh | stop now | stop the alarm | stop ringing |
        turn it off | thanks | thank you | thank you very much | thank you so much | thanks a lot | many thanks |
        thanks very much | thank you kindly | thank you so very much | that's all | that is all | that will be all |
        that'll be all | that would be all | that was all | that's all for today | that's all for now |
        that's it for today | that's it for now | that will be all for today | that'll be all for today |
        that was it for today | that's everything | that's all i need |
        that's all i needed | nothing else | nothing more""")
    + _DISOWNS,
    "control.cancel": phrases("""cancel | cancel that | cancel it | cancel this | never mind | nevermind | forget it |
        forget that | forget about it | abort | leave it | scratch that | don't bother | drop it | abort it |
        abort that | abort this | terminate | halt | discontinue | rescind | scrap that | scrap it | disregard |
        disregard that | ignore that | skip it | forget i said anything | i changed my mind"""),
    "control.undo": phrases("""undo | undo that | undo it | undo this | undo the last command | undo my last command |
        undo the last one | take that back | take it back | revert that | reverse that | put it back |
        undo the last thing | undo last"""),
    "control.repeat": phrases("""repeat | repeat that | repeat it | say that again | say it again | again |
        one more time | say that one more time | say it one more time | come again | pardon | pardon me |
        what did you say | what was that | what did you just say | repeat what you said | repeat what you just said |
        repeat yourself | could you say that again | i didn't hear you | i didn't catch that | i didn't get that |
        i missed that | say again | what did you say again | what | huh"""),
    "control.mute": phrases("""mute | mute yourself | mute the microphone | mute microphone | mute the mic | go mute |
        stop listening | don't listen | go to sleep | mute audio | mute the sound | mute the speaker | mute the audio |
        mute it"""),
    "control.unmute": phrases("""unmute | unmute yourself | unmute the microphone | unmute microphone | unmute the mic |
        start listening | start listening again | listen again | wake up | unmute the sound | unmute the audio"""),
    "control.help": phrases("""help | help me | i need help | what can i say | what can you do | what can i ask |
        what can i ask you | what do you do | what do you understand | what commands do you know | how does this work |
        what are my options | what can you do for me | what can you help with | what can you help me with |
        what are you able to do | how can you help | how can you help me | list your commands | what are your commands |
        tell me what you can do | what else can you do | what all can you do"""),
    "control.confirm": phrases("""yes | y | yeah | yep | yup | uh huh | mhm | mm hmm | yes please | sure | sure thing |
        ok | okay | of course | certainly | absolutely | definitely | correct | that's correct | that's right | right |
        exactly | confirm | confirmed | affirmative | go ahead | do it | do that | please do | yes do it |
        yes go ahead | by all means | sounds good | that is correct | that is right | you got it | indeed | fine |
        yes of course | yes that's right | yes that's correct | yes it is | yes i do | yes i am | yes you are right"""),
    "control.deny": phrases("""no | nope | nah | no thanks | no thank you | no way | not at all | don't | don't do it |
        don't do that | negative | of course not | absolutely not | certainly not | that's wrong | wrong |
        that's not right | that's not correct | incorrect | no that's wrong | no that's not right | no don't |
        rather not | i don't think so | better not | not now | no it's not | that is wrong | that is not right |
        that's incorrect | definitely not | no i don't | no it isn't | that is incorrect"""),
}
TABLE: Mapping[str, str] = {words: action for action, said in _SAID.items() for words in said}
"""What is said, in lower case without punctuation → action."""

_CLOSERS = frozenset(
    phrases("""no thanks | no thank you | nothing | nothing for now | not now | i'm good | i am good | i'm done |
        i am done | we're done | we are done | all done | that's it | that is it | that will be it | that'll be it |
        that was it | goodbye | good bye | bye | bye bye""")
)
"""Besides all that stops, these close an ear that opened by itself; to a question some are answers."""

_BEFORE = phrases("""please | hey | oh | ok | okay | no | nope | nah | actually | just |
    well | um | uh | can you | could you | would you | will you | so |
    sorry | hey there | ai | computer | assistant | equerry | jarvis | alright | wait | hold on""")
_PRAISE = re.compile(r"(?:(?:thanks|thank you|great|perfect|good|cool|lovely) )+(?P<rest>that.+)")
""" "Thanks, that's it for today"."""
_BEHIND = phrases("""please | now | then | thanks | thank you | for now | right now | again | for me | jarvis |
    equerry | computer""")


def reserved(text: str) -> Step | None:
    """The step a whole utterance stands for, politeness aside; None when it is none of the reserved ones."""
    if len(text) > 80:
        return None
    said = " ".join(word.text for word in split_words(text))
    for form in _forms(said):
        if form in TABLE:
            return Step(TABLE[form])
    praised = _PRAISE.fullmatch(said)
    return Step("control.stop") if praised and TABLE.get(praised["rest"]) == "control.stop" else None


def closes(text: str) -> bool:
    """Whether a whole utterance means that nothing more is wanted: "thank you", "no, that's all", "stop"."""
    if len(text) > 80:
        return False
    said = " ".join(word.text for word in split_words(text))
    return any(form in _CLOSERS or TABLE.get(form) in ("control.stop", "control.cancel") for form in _forms(said))


def disowns(text: str) -> bool:
    """Whether a whole utterance means that the appliance was woken by mistake: "that wasn't for you"."""
    if len(text) > 80:
        return False
    said = " ".join(word.text for word in split_words(text))
    return any(form in _DISOWNS for form in _forms(said))


def _forms(said: str) -> list[str]:
    """The utterance as said, then with polite words taken off its ends."""
    forms = [said]
    for form in forms:
        for words in _BEFORE:
            if form.startswith(words + " ") and len(forms) < 24:
                forms.append(form[len(words) + 1 :])
        for words in _BEHIND:
            if form.endswith(" " + words) and len(forms) < 24:
                forms.append(form[: -len(words) - 1])
    return forms


_YES = phrases("""yes | y | ye | yeah | yep | yup | sure | ok | okay | of course | certainly | absolutely | definitely |
    please do | go ahead | do it | go on | i'm sure | i am sure | by all means | why not | correct | right | exactly |
    fine | all right | alright | sounds good | i do | we do | that would be great | haan | han | ji haan | haan ji |
    theek hai | thik hai | kar do | bilkul""")
_NO = phrases("""no | nope | nah | don't | do not | never mind | nevermind | cancel | stop | leave it | forget it |
    rather not | better not | not now | i don't | please don't | negative | by no means | wait | hold on | nahi |
    nahin | mat karo | rehne do""")
_GO_ON_REFUSING = word_set("don't do not thanks thank please i that it leave never way wait karo")
_LONGEST_ANSWER = 8


def yes_or_no(text: str) -> bool | None:
    """Whether an answer to "shall I?" is a yes or a no; None when it is neither: "yes, delete them", "I'm sure",
    "please don't".

    What opens with a yes and goes on at length is another sentence. "No" counts wherever it opens; a yes never does
    beside a no.
    """
    said = " ".join(word.text for word in split_words(text))
    step = reserved(text)
    if step and step.action in ("control.confirm", "control.deny", "control.cancel", "control.stop", "control.undo"):
        return step.action == "control.confirm"
    if len(said.split()) > _LONGEST_ANSWER:
        return None
    if _opens(said, _NO):
        # "No, to Mike" is no refusal: it puts the command right.
        return False if _refuses(said) else None
    if "no" in said.split():
        return None
    return True if any(_opens(form, _YES) for form in _forms(said)) else None


def _opens(said: str, phrases_: tuple[str, ...]) -> bool:
    return any(said == phrase or said.startswith(phrase + " ") for phrase in phrases_)


def _refuses(said: str) -> bool:
    no = max((no for no in _NO if said == no or said.startswith(no + " ")), key=len)
    rest = said[len(no) :].strip()
    return not rest or _opens(rest, _NO) or rest.split()[0] in _GO_ON_REFUSING
