"""What can be wrong with the place of a bundle.

ApplianceError
├── BundleThere          a file of that name is there already
├── BundleFull           no room
└── BundleUnwritable     the folder can't be written
"""

from __future__ import annotations

from device.errors import ApplianceError


class BundleThere(ApplianceError):
    """There is a file {path} already. Name another one with --out, or remove it."""

    code = "support.there"


class BundleFull(ApplianceError):
    """There is no room for the bundle in {folder}. Free some space, or name another place with --out. Nothing was left
    behind.
    """

    code = "support.full"


class BundleUnwritable(ApplianceError):
    """The bundle can't be written into {folder} ({reason}). Name another place with --out."""

    code = "support.unwritable"
