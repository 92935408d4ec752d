"""openWakeWord's ONNX models, without its Python package (see docs/adr/0002)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from firmware.frame import Frame
from services.wake.base import Detection, WakeModelUnusable, WakeSettings
from services.wake.features import NUMBERS, FeatureModels, FeatureStream, Session
from services.wake.judge import WordJudge
from services.wake.secondlook import SecondLook

MEL = "melspectrogram.onnx"
EMBEDDING = "embedding_model.onnx"

SUREST = 0.95
"""No second look must score more than this, however high the threshold."""


class WordModel:
    """One wake word's classifier over the last embeddings."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._input = session.get_inputs()[0].name
        self.steps = int(session.get_inputs()[0].shape[1])
        """Embeddings it looks at."""

    def score(self, stream: FeatureStream) -> float:
        """How sure it is that the word just ended, 0…1."""
        return float(np.ravel(self._session.run(None, {self._input: stream.last(self.steps)})[0])[0])


class OpenWakeWord:
    """Hears any of several words in one stream; they share the features, so each further word costs little."""

    def __init__(self, folder: Path, words: Mapping[str, WakeSettings], *, second_look: float | None = 0.2) -> None:
        """`folder` holds melspectrogram.onnx, embedding_model.onnx and a <word>_v*.onnx for each word.

        `second_look`: how far over its threshold a near miss must score with the noise suppressed to be a detection after all; None:
        it never is.

        Raises WakeModelUnusable when a word has no model there, or a file is missing, damaged or of another kind.
        """
        shared = FeatureModels(
            load(folder / MEL, (None, None), (None, None, None, 32)),
            load(folder / EMBEDDING, (None, 76, 32, 1), (None, 1, 1, NUMBERS)),
        )
        self._words = [(WordJudge(w, s), WordModel(load(find(folder, w), (1, None, NUMBERS), (1, 1)))) for w, s in words.items()]
        steps = max((model.steps for _, model in self._words), default=1)
        self._stream = FeatureStream(shared, steps)
        self._second = SecondLook(shared, steps) if second_look is not None else None
        self._margin = second_look or 0.0

    @property
    def near_misses(self) -> dict[str, int]:
        """How often each word came close to its threshold without reaching it."""
        return {judge.word: judge.near_misses for judge, _ in self._words}

    def process(self, frame: Frame) -> Detection | None:
        """Take the next frame; the strongest detection it completes, if any."""
        if not self._words:
            return None
        self._stream.push(frame.samples)
        if self._second:
            self._second.follow(frame.samples)
        heard = [judge.hear(self._score(judge, model, frame.end), frame.end) for judge, model in self._words]
        return max((d for d in heard if d), key=lambda d: d.score, default=None)

    def reset(self) -> None:
        """Forget the sound heard so far (a new stream), not the counts."""
        self._stream.reset()
        if self._second:
            self._second.reset()
        for judge, _ in self._words:
            judge.reset()

    def _score(self, judge: WordJudge, model: WordModel, at: float) -> float:
        """The word's score; that of the second look where the first leaves doubt and the second none."""
        score = model.score(self._stream)
        if self._second is None or not judge.doubtful(score, at):
            return score
        self._second.look()
        second = model.score(self._second)
        return second if second >= min(judge.settings.threshold + self._margin, SUREST) else score


def available(folder: Path) -> list[str]:
    """The words that have a model in `folder`."""
    stems = (path.stem for path in folder.glob("*.onnx") if path.name not in (MEL, EMBEDDING))
    return sorted({re.sub(r"_v\d[\w.]*$", "", stem) for stem in stems})


def find(folder: Path, word: str) -> Path:
    """The newest model of `word` in `folder`."""
    versions = folder.glob(f"{word}_v[0-9]*.onnx") if re.fullmatch(r"\w+", word) else ()
    newest = max(versions, key=lambda path: [int(n) for n in re.findall(r"\d+", path.stem)], default=None)
    if newest:
        return newest
    choices = ", ".join(available(folder)) or "none"
    raise WakeModelUnusable(path=folder / f"{word}_v*.onnx", reason=f"no such word; choose from: {choices}")


def load(path: Path, takes: tuple[int | None, ...], gives: tuple[int | None, ...]) -> Session:
    """An ONNX session on one thread, whose first input and output have these shapes (None: any size)."""
    if not path.is_file():
        raise WakeModelUnusable(path=path, reason="the file is missing")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # the models are tiny: an arena would only hold memory
    options.log_severity_level = 4  # the error below says it
    try:
        session: Session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's exceptions have no common root
        raise WakeModelUnusable(path=path, reason="the file is damaged or not an ONNX model") from error
    if not (_fits(session.get_inputs(), takes) and _fits(session.get_outputs(), gives)):
        raise WakeModelUnusable(path=path, reason="the model is of another kind")
    return session


def _fits(ports: list[Any], shape: tuple[int | None, ...]) -> bool:
    if len(ports) != 1 or len(ports[0].shape) != len(shape):
        return False
    return all(want is None or want == have for want, have in zip(shape, ports[0].shape, strict=True))
