"""What can go wrong with a fleet.

ApplianceError
└── FleetError
    ├── FleetMissing, FleetBroken, NamesUnknown   the fleet file, and what is chosen of it
    ├── WavesWrong, ReleaseUnfit, NotCommon       what is to be brought to the devices
    ├── NoneAnnounced                             the broker knows of no device
    └── DeviceError                               one device; the others go on
        ├── DeviceAway, DeviceSilent              it is not reached, or does not answer in time
        ├── HostUnknown, HostChanged              it is reached, and may be another
        ├── LoginRefused, SudoRefused             it does not let us in, or do that
        ├── EquerryMissing, CommandMissing        it lacks the command
        ├── DeviceRefused, AnswerStrange          it says no, or what no Equerry says
        ├── NotReady                              what it runs now is not as it should be
        ├── NotAnnounced                          the broker does not know it
        └── BrokenOff                             we were stopped before it answered
"""

from __future__ import annotations

from device.errors import ApplianceError


class FleetError(ApplianceError):
    """That can't be done with the fleet."""

    code = "fleet"


class FleetMissing(FleetError):
    """There is no fleet file {path}. Write one, such as: [devices.desk] and below it host = "192.168.1.31"; or name
    another with --fleet FILE.
    """

    code = "fleet.missing"


class FleetBroken(FleetError):
    """The fleet file can't be used."""

    code = "fleet.broken"

    def _sentence(self) -> str:
        problems = self.facts["problems"]
        assert isinstance(problems, list)
        return "\n".join(["The fleet file can't be used. Mend these:", *(f"  {problem}" for problem in problems)])


class NamesUnknown(FleetError):
    """No device or group is called {names}{hint}. The fleet has {known}."""

    code = "fleet.unknown"


class WavesWrong(FleetError):
    """{said!r} are no waves. Write how many each has, or how many percent of all: 1,5,25%. What is left comes last."""

    code = "fleet.waves"


class ReleaseUnfit(FleetError):
    """{path} can't be brought to devices: {why}."""

    code = "fleet.release"


class NotCommon(FleetError):
    """{keys} can't be in common: it tells devices apart. Set it on each: equerry config set {first} NAME"""

    code = "fleet.not_common"


class NoneAnnounced(FleetError):
    """The broker tells of no device. May this user read {prefix}/+/about, state and health there? docs/broker.md has
    the lines for the access list.
    """

    code = "fleet.none_announced"


class DeviceError(FleetError):
    """It can't be done on this device."""

    code = "fleet.device"


class DeviceAway(DeviceError):
    """Not reached: {reason}. Is it on, and is its host in the fleet file right?"""

    code = "fleet.away"


class DeviceSilent(DeviceError):
    """It gave no answer within {limit_s:.0f} s. Try again; where it stays so: ssh to it, and equerry doctor."""

    code = "fleet.silent"


class HostUnknown(DeviceError):
    """Its host key is not known. Connect once by hand and compare the fingerprint: {ssh}"""

    code = "fleet.host_unknown"


class HostChanged(DeviceError):
    """Its host key is another than before: it was set up anew, or somebody is in between. Where you know why:
    {forget}
    """

    code = "fleet.host_changed"


class LoginRefused(DeviceError):
    """It does not let {user} in. Put your public key there, or name another user in the fleet file: {ssh}"""

    code = "fleet.login"


class EquerryMissing(DeviceError):
    """There is no command equerry. Install Equerry there for good: scripts/install."""

    code = "fleet.no_equerry"


class CommandMissing(DeviceError):
    """Its Equerry does not know the command {command} yet. Update it first: equerry fleet update VERSION {name}"""

    code = "fleet.no_command"


class SudoRefused(DeviceError):
    """sudo wants a password there. Have sudo let that user run /usr/local/bin/equerry without one, as docs/fleet.md
    tells, or set sudo = false in the fleet file.
    """

    code = "fleet.sudo"


class DeviceRefused(DeviceError):
    """It says: {words}"""

    code = "fleet.refused"


class AnswerStrange(DeviceError):
    """What it answers to equerry {command} can't be read. Does another program greet there when one logs in?"""

    code = "fleet.answer"


class NotReady(DeviceError):
    """Not ready: {why}"""

    code = "fleet.not_ready"


class NotAnnounced(DeviceError):
    """The broker knows no device of this name."""

    code = "fleet.not_announced"


class BrokenOff(DeviceError):
    """It was being asked when this command was stopped."""

    code = "fleet.broken_off"
