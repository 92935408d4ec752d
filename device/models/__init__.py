"""Models: which there are, where they come from, whether they are here."""

from __future__ import annotations

from device.models.errors import ModelError
from device.models.fetch import pull
from device.models.installed import installed, verify
from device.models.manifest import Manifest, shipped

__all__ = ["Manifest", "ModelError", "installed", "pull", "shipped", "verify"]
