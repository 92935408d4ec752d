"""Why an update is not installed.

UpdateError
├── NotAnUpdate, WrongSignature, Unsigned, NoReleaseKey, NoOpenSsl
├── OtherBoard, StoreUnreadableThen, NoSlots
├── PartTooLarge, PartDamaged, SlotUnwritable, DiskUnreliable
└── NoRest, NoTrial
"""

from __future__ import annotations

from device.errors import ApplianceError


class UpdateError(ApplianceError):
    """The update is not installed."""

    code = "updating"


class NotAnUpdate(UpdateError):
    """{path} is no update of Equerry, or is damaged ({reason}). Copy it here again."""

    code = "updating.file"


class WrongSignature(UpdateError):
    """{path} was not signed with the release's key, or was changed since. Nothing was installed; get it again from
    where you trust."""

    code = "updating.signature"


class Unsigned(UpdateError):
    """{path} is not signed, and [update] signed wants that. Put {path}.sig beside it, or, if you know where it comes
    from: equerry update --unsigned {path}"""

    code = "updating.unsigned"


class NoReleaseKey(UpdateError):
    """This device knows no key of a release. Put the public key into /etc/equerry/release.pub."""

    code = "updating.key"


class NoOpenSsl(UpdateError):
    """The program openssl is not here, and it looks at signatures. Install it: sudo apt-get install openssl."""

    code = "updating.openssl"


class OtherBoard(UpdateError):
    """{path} is for {theirs}, and this device is {ours}. Get the one for {ours}."""

    code = "updating.board"


class StoreUnreadableThen(UpdateError):
    """Equerry {version} can't read what this device keeps: its layout is {found}, and that release knows up to {known}.
    Take a newer one."""

    code = "updating.layout"


class NoSlots(UpdateError):
    """This device has no slots. It takes an archive or a bundle of Equerry: equerry update ARCHIVE."""

    code = "updating.no_slots"


class PartTooLarge(UpdateError):
    """{part} of the update has {bytes} bytes, and its partition {room}. Flash the card anew with the newer image."""

    code = "updating.too_large"


class PartDamaged(UpdateError):
    """{part} of the update is not what was signed. The slot that runs is untouched; copy the update here again."""

    code = "updating.part"


class SlotUnwritable(UpdateError):
    """{partition} can't be written ({reason}). The slot that runs is untouched."""

    code = "updating.partition"


class DiskUnreliable(UpdateError):
    """{partition} does not keep what is written to it. The slot that runs is untouched; the card is worn, take a new
    one."""

    code = "updating.disk"


class NoRest(UpdateError):
    """Something went on for {seconds} s. Nothing was changed; try again later, or stop it first: systemctl stop
    equerry."""

    code = "updating.rest"


class NoTrial(UpdateError):
    """The trial could not be begun: {reason}. The slot that runs stays."""

    code = "updating.trial"
