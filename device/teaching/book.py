"""The file of lessons: a line each, replaced as a whole, readable by owner and appliance alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from device import atomic
from device.teaching.errors import LessonsUnwritable, NoSuchLesson, TooManyLessons
from services.understanding.sentences.lessons import Lesson, line_of, read_lessons

MOST = 1_000


class Book:
    """The lessons of a file. Several processes may write it at once."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def lessons(self) -> list[Lesson]:
        """In the order in which they were taught; lines that can't be read are left out. Raises OSError."""
        return [lesson for _, lesson in read_lessons(self._path) if lesson]

    def add(self, lesson: Lesson) -> bool:
        """Whether the same sentence was taught before: that is forgotten. Raises TooManyLessons, LessonsUnwritable."""
        with self._alone():
            lines = read_lessons(self._path)
            kept = [line for line, old in lines if old is None or old.words != lesson.words]
            if len(kept) >= MOST:
                raise TooManyLessons(most=MOST)
            self._write([*kept, line_of(lesson)])
            return len(kept) < len(lines)

    def forget(self, number: int) -> Lesson:
        """The one that has this place in `lessons`, counted from 1. Raises NoSuchLesson, LessonsUnwritable."""
        with self._alone():
            lines = read_lessons(self._path)
            places = [at for at, (_, lesson) in enumerate(lines) if lesson]
            if not 1 <= number <= len(places):
                raise NoSuchLesson(number=number)
            _, gone = lines.pop(places[number - 1])
            self._write([line for line, _ in lines])
            assert gone
            return gone

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """While nobody else writes it."""
        try:
            with atomic.alone(self._path.parent):
                yield
        except OSError as error:
            if isinstance(error, PermissionError):
                raise  # the command line says that sudo helps
            raise LessonsUnwritable(path=self._path, reason=error.strerror or str(error)) from error

    def _write(self, lines: list[str]) -> None:
        atomic.write_private(self._path, "".join(f"{line}\n" for line in lines))
