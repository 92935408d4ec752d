"""openWakeWord's ONNX models, without its Python package (see docs/adr/0002)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from firmware.frame import Frame
from services.wake.base import Detection, Ears, Guard, MayWake, WakeSettings
from services.wake.features import NUMBERS, FeatureStream, OnnxSession
from services.wake.head import Head, load_head, sigmoid
from services.wake.hearsay import Hearsay
from services.wake.judge import WordJudge
from services.wake.kept import STEPS, Wakes
from services.wake.models import LEARNT, feature_models, find, load
from services.wake.recent import RecentSound
from services.wake.second_look import SecondLook
from services.wake.verifier import HOPELESS, Verifier, borne_out, load_verifier, logit

_WRITTEN = {"hey_rhasspy": "Hey Raspy"}
"""Words whose name nobody would write who hears them: the ears find any other word likelier."""

VOICE_S, SOUND_S = 1.5, 2.2
"""Seconds of which is asked whose voice they are, and that are kept of a wake where its sound is."""

_LONGEST = 100
"""Letters of a phrase that the ears are asked for."""

SUREST = 0.95
"""No second look must score more than this, however high the threshold."""


class WordModel:
    """One wake word's classifier over the last embeddings."""

    def __init__(self, session: OnnxSession) -> None:
        self._session = session
        self._input = session.get_inputs()[0].name
        self.steps = int(session.get_inputs()[0].shape[1])
        """Embeddings it looks at."""

    def score(self, stream: FeatureStream) -> float:
        """How sure it is that the word just ended, 0…1."""
        return float(np.ravel(self._session.run(None, {self._input: stream.last(self.steps)})[0])[0])


@dataclass(frozen=True, slots=True)
class _Word:
    judge: WordJudge
    model: WordModel | Head
    verifier: Verifier | None = None
    written: str = ""
    """What the ears are asked for, of a word that was learnt and that they know."""


@dataclass(frozen=True, slots=True)
class _Hearing:
    """What listens now; replaced as a whole, so that the listen thread never sees half of it."""

    words: tuple[_Word, ...]
    stream: FeatureStream
    second: SecondLook | None


class OpenWakeWord:
    """Hears any of several words in one stream; they share the features, so each further word costs little."""

    def __init__(
        self,
        folder: Path,
        words: Mapping[str, WakeSettings],
        *,
        second_look: float | None = 0.2,
        own: Path | None = None,
        verifiers: Path | None = None,
        ears: Ears | None = None,
        may_wake: MayWake | None = None,
        keep_sound: bool = False,
    ) -> None:
        """`folder` holds melspectrogram.onnx, embedding_model.onnx and a <word>_v*.onnx for each word, `own`
        a <word>.npz for each that was learnt on the device.

        `second_look`: how far over its threshold a near miss must score with the noise suppressed to be a detection
        after all; None: it never is. `verifiers` holds a <word>.npz for words that have a second stage, which then
        decides in its place; `ears` are asked by those that were taught to, and of learnt words that they know.
        `may_wake` is asked of whoever said the
        word, but for what is said over the appliance's own voice, through which nobody is known. `keep_sound`:
        detections have it.

        Raises WakeModelUnusable when a word has no model there, or a file is missing, damaged or of another kind.
        """
        self._folder, self._own = folder, own
        self._shared = feature_models(folder)
        self._margin = second_look
        self._verifiers = verifiers
        self._hearsay = Hearsay(ears) if ears else None
        self._may_wake, self._keep_sound = may_wake, keep_sound
        self._recent = RecentSound(SOUND_S) if may_wake or keep_sound else None
        self._lessons = (Wakes.none(), Wakes.none())
        self._settings = dict(words)
        self._others = next(iter(words.values()), WakeSettings())
        """How words are judged that are listened for only later."""
        self._loaded = {word: self._load(word) for word in words}
        self._hearing = self._hear(tuple(words))
        self.score = 0.0
        """Of the frame before, the strongest word's; 0…1."""

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(word.judge.word for word in self._hearing.words)

    @property
    def threshold(self) -> float:
        return self._others.threshold

    @property
    def near_misses(self) -> dict[str, int]:
        return {word: loaded.judge.near_misses for word, loaded in self._loaded.items()}

    def listen_for(self, words: Sequence[str]) -> None:
        new = {word: self._load(word) for word in words if word not in self._loaded}
        self._loaded = {**self._loaded, **new}  # replaced, not changed: another thread may be counting
        self._hearing = self._hear(tuple(words))

    def tune(self, threshold: float) -> None:
        self._others = replace(self._others, threshold=threshold)
        self._settings = {word: replace(settings, threshold=threshold) for word, settings in self._settings.items()}
        for name, word in self._loaded.items():
            word.judge.settings = self._settings.get(name, self._others)

    @property
    def rising(self) -> bool:
        return any(word.judge.rising for word in self._hearing.words)

    def guard(self, against: Guard | None) -> None:
        """From the next frame on, words are judged so, or None: as ever. On the thread that calls `process`."""
        for word in self._hearing.words:
            word.judge.guard = against

    def process(self, frame: Frame) -> Detection | None:
        hearing = self._hearing
        if not hearing.words:
            return None
        hearing.stream.push(frame.samples)
        if self._hearsay:
            self._hearsay.follow(frame.samples)
        if self._recent:
            self._recent.follow(frame.samples)
        if hearing.second:
            hearing.second.follow(frame.samples)
        scores = [self._score(hearing, word, frame.end) for word in hearing.words]
        self.score = max(scores)
        heard = [word.judge.hear(score, frame.end) for word, score in zip(hearing.words, scores, strict=True)]
        first = max((d for d in heard if d), key=lambda d: d.score, default=None)
        if first is None or self._is_strangers(hearing):
            return None
        sound = self._recent.last() if self._recent and self._keep_sound else None
        return replace(first, features=hearing.stream.last(STEPS)[0].astype(np.float16), sound=sound)

    def _is_strangers(self, hearing: _Hearing) -> bool:
        """Whether whoever spoke last may not wake it."""
        if self._may_wake is None or self._recent is None or any(word.judge.guard for word in hearing.words):
            return False
        return not self._may_wake(self._recent.last(VOICE_S))

    def learn(self, wrong: Wakes, meant: Wakes) -> None:
        self._lessons = (wrong, meant)
        for name, word in self._loaded.items():
            if word.verifier:
                word.verifier.learn(wrong.of(name), meant.of(name))

    def reset(self) -> None:
        hearing = self._hearing
        hearing.stream.reset()
        if self._hearsay:
            self._hearsay.reset()
        if self._recent:
            self._recent.reset()
        if hearing.second:
            hearing.second.reset()
        for word in hearing.words:
            word.judge.reset()

    def _load(self, word: str) -> _Word:
        settings = self._settings.get(word, self._others)
        path = find(self._folder, word, self._own)
        if path.suffix == LEARNT:
            head = load_head(path)
            return _Word(WordJudge(word, settings), head, written=written_in(head))
        model = WordModel(load(path, (1, None, NUMBERS), (1, 1)))
        verifier = load_verifier(self._verifiers / f"{word}.npz") if self._verifiers else None
        if verifier:
            verifier.learn(*(each.of(word) for each in self._lessons))
        # Without a second look the second stage is not asked.
        least = verifier.patience if verifier and self._margin is not None else 1
        return _Word(WordJudge(word, settings, least=least), model, verifier)

    def _hear(self, words: tuple[str, ...]) -> _Hearing:
        chosen = tuple(self._loaded[word] for word in words)
        steps = max((word.model.steps for word in chosen), default=1)
        second = SecondLook(self._shared, steps) if self._margin is not None else None
        return _Hearing(chosen, FeatureStream(self._shared, max(steps, STEPS)), second)

    def _score(self, hearing: _Hearing, word: _Word, at: float) -> float:
        """The word's score; the second stage's where the first hears anything; in a word without one that of the second
        look, where the first leaves doubt and the second none. So also while the appliance speaks, whose voice the
        second stage was not taught to hear through.
        """
        score = word.model.score(hearing.stream)
        if hearing.second is None or self._margin is None:
            return score
        if word.verifier and word.judge.guard is None:
            return self._verified(hearing, hearing.second, word, score) if score >= word.verifier.floor else score
        if word.written and self._hearsay and word.judge.guard is None:
            return self._borne_out(self._hearsay, word.written, score)
        if not word.judge.doubtful(score, at):
            return score
        hearing.second.look()
        second = word.model.score(hearing.second)
        return second if second >= min(word.judge.threshold + self._margin, SUREST) else score

    @staticmethod
    def _borne_out(hearsay: Hearsay, written: str, score: float) -> float:
        verdict = logit(score)
        if verdict <= HOPELESS:
            return score
        return float(sigmoid(np.array([borne_out(verdict, *hearsay.ask(written))], np.float32))[0])

    def _verified(self, hearing: _Hearing, second: SecondLook, word: _Word, score: float) -> float:
        assert word.verifier is not None
        second.look()
        steps = word.verifier.head.steps
        ask = partial(self._hearsay.ask, phrase_of(word.judge.word)) if self._hearsay else None
        return word.verifier.score(score, word.model.score(second), hearing.stream.last(steps), second.last(steps), ask)


def written_in(head: Head) -> str:
    """What the ears are to be asked for, of a word that was learnt; empty: they do not know it."""
    return str(head.about.get("ears", ""))[:_LONGEST]


def phrase_of(word: str) -> str:
    """A word as the ears would write it: hey_jarvis → Hey Jarvis."""
    return _WRITTEN.get(word, word.replace("_", " ").title())
