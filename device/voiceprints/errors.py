"""Expected failures of voiceprints."""

from __future__ import annotations

from device.errors import ApplianceError


class VoiceprintsDamaged(ApplianceError):
    """The voiceprints in {path} can't be read ({reason}); nobody is known by voice until they are enrolled anew. Take
    that file away, then run: equerry voices add NAME.
    """

    code = "voiceprints.damaged"


class VoiceprintsUnwritable(ApplianceError):
    """Voiceprints can't be written to {path}: {reason}."""

    code = "voiceprints.unwritable"


class NobodyOfThatName(ApplianceError):
    """Nobody is enrolled as “{name}”; equerry voices list shows who is."""

    code = "voiceprints.unknown"


class AlreadyEnrolled(ApplianceError):
    """{name} is enrolled already. To enrol anew, run first: equerry voices forget {name}."""

    code = "voiceprints.enrolled"


class NameUnfit(ApplianceError):
    """“{name}” can't be the name of somebody: it takes a letter, and at most {most} characters on one line, without
    {unfit}.
    """

    code = "voiceprints.name"


class NameNobodys(ApplianceError):
    """“{name}” is whoever speaks. Give the name that others call this person by, such as Anna."""

    code = "voiceprints.myself"


class TooManyVoices(ApplianceError):
    """{most} people are enrolled, and more are hard to tell apart. Forget one first: equerry voices forget NAME."""

    code = "voiceprints.full"


class NobodyEnrolled(ApplianceError):
    """Nobody is enrolled, so no voice is known. Run: equerry voices add NAME."""

    code = "voiceprints.nobody"


class VoicesAlike(ApplianceError):
    """{name} sounds so much like {other}, who is enrolled, that the two may be taken for each other; {name} was not
    enrolled. Where it is the same person, forget {other} first; to enrol all the same, say --yes.
    """

    code = "voiceprints.alike"


class FileTaken(ApplianceError):
    """There is a file {path} already; name a new one."""

    code = "voiceprints.export"
