"""Expected failures of teaching."""

from __future__ import annotations

from device.errors import ApplianceError


class NothingSaid(ApplianceError):
    """There are no words in “{sentence}”, or more than {most} letters."""

    code = "teach.empty"


class MeaningNotUnderstood(ApplianceError):
    """“{meaning}” is not understood either, so nothing was taught. Say it as it is understood; equerry parse shows what
    is.
    """

    code = "teach.unclear"


class AlwaysMeans(ApplianceError):
    """“{sentence}” always means {action}; that can't be taught otherwise."""

    code = "teach.reserved"


class NoSuchLesson(ApplianceError):
    """There is no sentence {number}; equerry teach list shows the numbers of those that were taught."""

    code = "teach.unknown"


class TooManyLessons(ApplianceError):
    """{most} sentences are taught already; forget some with equerry teach forget N."""

    code = "teach.full"


class LessonsUnwritable(ApplianceError):
    """What was taught can't be written to {path}: {reason}."""

    code = "teach.unwritable"
