"""Frames in, what was heard out: wake word, partials, endpoint, final. On the listen thread.

A final is decoded on another thread. Its decode starts while the endpoint is uncertain and is dropped if speech goes
on; so the final is often there by the time the endpoint is certain.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import replace
from types import MappingProxyType

from device.hearing.again import Same, again, is_doubtful, never_the_same
from device.hearing.ear_turn import EarTurn
from device.hearing.heard import HeardTurn, Lately
from device.hearing.overheard import Overheard
from device.hearing.own_voice import PREROLL, Over
from device.hearing.sequel import Sequel
from device.hearing.turn_end import Ending, no_ending, share
from device.hearing.vote import Whole, no_vote, voted
from device.hearing.who_spoke import WhoSpoke
from device.turn import events as on
from device.turn.machine import next_turn
from firmware.frame import Frame, Samples
from services.speech.base import Endpoint, Final, FinalRecognizer, Hints, PartialRecognizer, Vad
from services.speech.endpoint import AdaptiveEndpoint
from services.speech.finals.wake_phrase import spoken
from services.understanding.completeness import Completeness
from services.voiceprints.base import Recogniser
from services.wake.base import Detection, WakeDetector

WAKE_TAIL = 0.3
"""Seconds after a detection that may still belong to the wake word, not to the command."""

EARLY_PAUSE = 0.2
"""Seconds of silence after which a decode begins before the endpoint is certain. Word errors of 75 clips, clean, in
noise and in rooms, are the same from 0.12 s on, but at 0.12 s a soft “s” at the end was lost once.
"""

SURE_PAUSE = 0.28
"""Seconds after which it begins though one that was in vain still runs: on a slow machine each pause would cost one."""

PRESS_PREROLL = 0.4
"""Seconds kept from before a button press: one begins to speak while pressing."""

RELEASE_TAIL = 0.2
"""Seconds after the talk button came up that still belong to the command: the last word is on its way."""

Cut = Callable[[str], str]


class Ear:
    """Turns frames into events, on the listen thread; `emit` may be called by the decode thread too."""

    def __init__(
        self,
        *,
        wake: WakeDetector | None,
        vad: Vad,
        endpoint: AdaptiveEndpoint,
        partials: PartialRecognizer | None,
        finals: FinalRecognizer,
        cut_wake: Cut,
        hints: Hints,
        decoder: Executor,
        emit: on.Emit,
        preroll_s: float = 1.5,
        begin_s: float = 4.0,
        over: Over | None = None,
        whole: Whole = no_vote,
        same: Same = never_the_same,
        ending: Ending = no_ending,
        recogniser: Recogniser | None = None,
        signals: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """`over`: what it does about the appliance's own voice; None: what must be done about any. `whole` says which
        sentences are commands, for the vote among hypotheses; `same` which are the same one, for what is heard again;
        `ending` whether more is to come; `recogniser` whose voice it is. All are asked by whoever decodes, never by the
        listen thread. `signals`: wake words that do not open it, and what each stands for.
        """
        self._wake = wake
        self._vad = vad
        self._endpoint = endpoint
        self._partials = partials
        self._finals = finals
        self._cut_wake = cut_wake
        self._hints = hints
        self._decoder = decoder
        self._whole = whole
        self._same = same
        self._ending = ending
        self._who_spoke = WhoSpoke(recogniser)
        self._signals = signals
        self._in_vain: Future[Final] | None = None
        """The last early decode that was dropped; it may still run."""
        self._emit = emit
        self._begin_s = begin_s
        self._lately = Lately(preroll_s)
        self._overheard = Overheard()
        self._sequel = Sequel()
        self.over = over or Over(emit)
        self._utterance: EarTurn | None = None
        self.latest: EarTurn | None = None
        """What it listens to, or listened to last; for any thread to look at."""
        self.turn = 0
        """The latest turn that it listened to; that of main is `over.turn`. The next one is above both."""
        self.lost = 0
        """Pieces of sound that the microphone has lost since its start; the listener tells."""

    @property
    def listening(self) -> bool:
        """Whether a command is being listened to."""
        return self._utterance is not None

    @property
    def may_go_on(self) -> bool:
        """Whether the last turn is over and who speaks now may go on with it."""
        return self._sequel.of is not None

    def hear(self, frame: Frame) -> None:
        """Take the next frame and emit what it completes."""
        detection = self.over.wake_word(self._wake, frame, listening=self.listening) if self._wake else None
        if detection and detection.word in self._signals:
            self._emit(on.SignalHeard(detection, self._signals[detection.word]))
            detection = None
        probability = self._vad.process(frame)
        self.over.hear(frame, probability, listening=self.listening)
        # It does not take itself for somebody who talks in the background, nor its last word for an answer.
        own = self.over.own_voice and not self.listening
        heard = self._utterance
        faded = own or (heard and not heard.woken and not heard.began and self.over.fades(frame))
        end = self._endpoint.process(frame, 0.0 if faded else probability, heard.share if heard else 1.0)
        self._lately.hear(frame)
        if not heard:
            somebody = self.over.somebody(frame, probability)
            self._overheard.hear(frame, somebody, speaks=own)
            self._listen_on(frame, self.over.goes_on(frame, probability))
        if detection and not (heard and (heard.held or (heard.woken and heard.since is None))):
            self.close()
            self._woken(detection, frame)
        elif heard:
            heard.frames.append(frame)
            heard.sounding.take(frame, probability)
            self._follow(heard, frame, end)

    def open(
        self,
        turn: int,
        *,
        preroll: float = PRESS_PREROLL,
        patience: float | None = None,
        held: bool = False,
        answer: bool = False,
    ) -> None:
        """Listen without a wake word, from `preroll` seconds ago; the wake word still begins another turn. `patience`:
        the ear opens by itself, and speech must begin within so many seconds. `held`: as `hold`. `answer`: what
        somebody said while the appliance asked belongs to it.
        """
        if answer and self._answered(turn, patience):
            return
        before, frames = self._lately.newest(preroll)
        now = self._lately.now
        self._begin(EarTurn(turn, frames, now, patience=patience, held=held, before=before), now)
        self._endpoint.hold(held)

    def _answered(self, turn: int, patience: float | None) -> bool:
        """Go on with what somebody has said into the question, whether that is over or not; False: nobody did."""
        heard = self._overheard.answer()
        if not heard or not self._endpoint.recall(heard, patience=patience):
            return False
        frames = [frame for frame, _ in heard]
        utterance = EarTurn(turn, frames, self._lately.now, patience=patience, began=True, overheard=True)
        for frame, voice in heard:
            utterance.sounding.take(frame, voice)
        self._take_up(utterance)
        self._emit(on.SpeechBegan(turn))
        self._show_from_here(utterance, utterance.frames)
        return True

    def _listen_on(self, frame: Frame, somebody: float) -> None:
        """Take the last turn up again where whoever spoke in it goes on, be it into the reply."""
        ended = self._sequel.of
        if ended is None:
            return
        more = self._sequel.hear(frame, somebody if self._endpoint.is_near(frame) else 0.0)
        if not more or not self._endpoint.recall(more, patience=ended.patience):
            return
        turn = next_turn(max(self.turn, self.over.turn), ear=True)
        self.over.taken_up()
        self._emit(on.WentOn(turn, ended.turn))
        frames = [*ended.frames, *(frame for frame, _ in more)]
        utterance = replace(ended, turn=turn, frames=frames, since=more[0][0].start, ending=None)
        self._take_up(utterance)
        self._show_from_here(utterance, utterance.frames)

    def hold(self, turn: int) -> None:
        """The talk button is down: neither silence nor the wake word ends this turn, if it is listened to."""
        heard = self._utterance
        if heard is None or heard.turn != turn:
            return
        if heard.patience is not None and not heard.began:
            self._show_from_here(heard, heard.frames)
        heard.patience, heard.held = None, True
        self._endpoint.hold(True)

    def let_go(self, turn: int, *, ends: bool) -> None:
        """The talk button is up: the turn ends with what was said until now, or goes on like any other."""
        if self._utterance and self._utterance.turn == turn:
            self._utterance.held = False
            self._endpoint.hold(False)
            if ends:
                self._endpoint.end(self._lately.now + RELEASE_TAIL)

    def close(self) -> None:
        """Stop listening; nothing more is emitted of this turn."""
        self.over.rise(False)
        if self._utterance:
            self._drop_early(self._utterance)
        self._utterance = None

    def reset(self) -> None:
        """A new stream begins: forget all sound."""
        self.close()
        self._lately.clear()
        self._overheard.clear()
        self._sequel.clear()
        self._who_spoke.reset()
        self._vad.reset()
        if self._wake:
            self._wake.reset()

    def finish(self) -> bool:
        """The sound (a file) is over: what was being said is taken as said. True: a final follows."""
        utterance, self._utterance = self._utterance, None
        if not utterance or not utterance.frames:
            return False
        self._deliver(utterance)
        return True

    def _woken(self, detection: Detection, frame: Frame) -> None:
        # Before main hears of it, and the appliance falls silent.
        before, kept = self._lately.newest(PREROLL if self.over.own_voice else None)
        patience = self.over.patience
        self.turn = next_turn(max(self.turn, self.over.turn), ear=True)
        self._emit(on.WakeHeard(self.turn, detection))
        utterance = EarTurn(self.turn, kept, frame.end, spoken(detection.word), patience, before=before)
        self._begin(utterance, frame.end + WAKE_TAIL)

    def _take_up(self, utterance: EarTurn) -> None:
        self.turn = max(self.turn, utterance.turn)
        if self._utterance:
            self._drop_early(self._utterance)
        self._utterance = self.latest = utterance
        self._overheard.clear()
        self._sequel.clear()
        utterance.lost = self.lost

    def _begin(self, utterance: EarTurn, at: float) -> None:
        self._take_up(utterance)
        self._endpoint.begin(at, patience=utterance.patience)
        if utterance.patience is None:
            self._show_from_here(utterance, utterance.frames)

    def _show_from_here(self, utterance: EarTurn, frames: Sequence[Frame]) -> None:
        if self._partials:
            self._partials.reset()
            for frame in frames:
                self._show(utterance, frame)

    def _note_beginning(self, utterance: EarTurn) -> None:
        """Tell once that somebody speaks. Where the ear opened by itself the silence before is not listened to: seconds
        of it would be decoded, over and over for the partials, and slow the final down.
        """
        if utterance.began:
            return
        # A word may end within the frame that made it sure.
        utterance.began = self._endpoint.speaking or self._endpoint.pause > 0.0
        if utterance.patience is not None:
            utterance.begin_later(self._lately.preroll)
        if utterance.began:
            self._emit(on.SpeechBegan(utterance.turn))
            if utterance.patience is not None:
                self._show_from_here(utterance, utterance.frames[:-1])

    def _show(self, utterance: EarTurn, frame: Frame) -> None:
        partial = self._partials.process(frame) if self._partials else None
        if partial is None:
            return
        text = self._cut_wake(partial.text) if utterance.woken else partial.text
        if text:
            self._emit(on.PartialHeard(utterance.turn, replace(partial, text=text)))

    def _follow(self, utterance: EarTurn, frame: Frame, end: Endpoint | None) -> None:
        self._note_beginning(utterance)
        # A voice since then, though it may be silent again by the end of this frame.
        if self._endpoint.pause < EARLY_PAUSE:
            self._drop_early(utterance)
        if end is None:
            if utterance.early is None and self._endpoint.pause >= self._early_pause:
                self._hold_partials(True)
                utterance.early = self._decode(utterance)
                utterance.early.add_done_callback(lambda done: self._note_ending(utterance, done))
            elif utterance.began or utterance.patience is None:
                self._show(utterance, frame)
            return
        if end.reason == "silence" and self._only_wake_word(utterance, frame):
            self._drop_early(utterance)
            self._endpoint.begin(frame.end, patience=utterance.patience)
            return
        self._utterance = None
        if end.reason == "silence" and utterance.may_go_on and utterance.early:
            self._sequel.begin(replace(utterance, early=None))
        self._emit(on.SpeechEnded(utterance.turn, end, utterance.sounding.quality(lost=self.lost - utterance.lost)))
        if end.reason != "no_speech":
            self._deliver(utterance)

    @property
    def _early_pause(self) -> float:
        return EARLY_PAUSE if self._in_vain is None or self._in_vain.done() else SURE_PAUSE

    def _note_ending(self, utterance: EarTurn, done: Future[Final]) -> None:
        """On the thread that decoded: let it be left, by whoever knows, what the words say of the end of the turn."""
        if done.cancelled() or done.exception():
            return
        final = done.result()
        text = self._command(final.text) if utterance.woken else final.text

        def tell(found: Completeness) -> None:
            utterance.ending = (done, share(found, final.confidence))

        if text and not utterance.held:
            self._ending(text, final.confidence, tell)

    def _only_wake_word(self, utterance: EarTurn, frame: Frame) -> bool:
        """Whether what fell silent was the wake word alone: one says it, waits for the light, then speaks."""
        early = utterance.early
        if not utterance.woken or early is None or frame.end > utterance.opened + (utterance.patience or self._begin_s):
            return False
        return early.done() and not early.cancelled() and not self._cut_wake(early.result().text)

    def _decode(self, utterance: EarTurn) -> Future[Final]:
        return self._decoder.submit(self._listen_to, utterance.heard(self._endpoint.stretch), utterance.woken)

    def _listen_to(self, heard: HeardTurn, said: str) -> Final:
        """On the decode thread: what is said, and by whom."""
        final = self._finals.transcribe(heard.cleared(), hints=self._hints, said=said)
        return self._who_spoke.alone(final, heard.samples())

    def _deliver(self, utterance: EarTurn) -> None:
        """Emit the final when it is decoded: the early decode where speech did not go on after it, else a new one."""
        self._hold_partials(False)
        decode = utterance.early or self._decode(utterance)
        utterance.early = None
        stretch, ended = self._endpoint.stretch, utterance.frames[-1].end
        without_echo = self.over.echo_in(utterance.frames[0].start if utterance.since is None else utterance.since)
        # Where the ear opened by itself, for an answer or for more, what is no command is mostly meant as it was heard.
        whole = self._whole if utterance.patience is None else no_vote

        def hear(sound: Samples) -> str:
            text = self._finals.transcribe(sound, hints=self._hints, said=utterance.woken).text
            return self._command(text) if utterance.woken else text

        def listen_again(final: Final, heard: HeardTurn) -> Final:
            return again(final, heard.cleared(), hear, self._whole, self._same)

        def judge(done: Future[Final]) -> None:
            """On the listen thread where it was decoded early: what takes long is left to the decode thread."""
            if done.exception():
                emit(done)
                return
            final = done.result()
            if utterance.woken:
                others = tuple(replace(other, text=self._command(other.text)) for other in final.others)
                first = final.first and self._command(final.first)
                final = replace(final, text=self._command(final.text), first=first, others=others)
            final = self._who_spoke.together(voted(without_echo(final), whole), ended)
            if utterance.overheard and not final.text:  # its own voice after all: nobody has answered yet
                final = replace(final, dropped="echo")
            if is_doubtful(final):
                heard = utterance.heard(stretch)
                self._decoder.submit(listen_again, final, heard).add_done_callback(emit)
            else:
                self._emit(on.FinalHeard(utterance.turn, final))

        def emit(done: Future[Final]) -> None:
            error = done.exception()
            self._emit(on.Crashed(error) if error else on.FinalHeard(utterance.turn, done.result()))

        decode.add_done_callback(judge)

    def _command(self, text: str) -> str:
        """Without the wake word before it."""
        text = self._cut_wake(text)
        return text[:1].upper() + text[1:]

    def _drop_early(self, utterance: EarTurn) -> None:
        """What is decoded early is not wanted; partials go on."""
        if utterance.early:
            utterance.early.cancel()
            self._in_vain, utterance.early = utterance.early, None
            self._hold_partials(False)

    def _hold_partials(self, hold: bool) -> None:
        if self._partials:
            self._partials.hold(hold)
