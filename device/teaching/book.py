"""The file of lessons: a line each, replaced as a whole, readable by owner and appliance alone."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

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
        """While nobody else writes it. The folder itself is held: it stays, the file does not."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            folder = os.open(self._path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                fcntl.flock(folder, fcntl.LOCK_EX)
                yield
                os.fsync(folder)
            finally:
                os.close(folder)
        except OSError as error:
            if isinstance(error, PermissionError):
                raise  # the command line says that sudo helps
            raise LessonsUnwritable(path=self._path, reason=error.strerror or str(error)) from error

    def _write(self, lines: list[str]) -> None:
        part = self._path.with_name(f"{self._path.name}.new")
        with suppress(FileNotFoundError):
            part.unlink()
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "wb") as file:
            folder = part.parent.stat()
            if os.geteuid() == 0 and folder.st_uid:  # behind sudo; the appliance is to read it
                os.fchown(handle, folder.st_uid, folder.st_gid)
            file.write("".join(f"{line}\n" for line in lines).encode("utf-8", "replace"))
            file.flush()
            os.fsync(handle)
        part.replace(self._path)
