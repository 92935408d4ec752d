"""The store: documents in tables, one transaction a command. Its values, errors and Protocol."""

from __future__ import annotations

from firmware.errors import FacultyError


class StoreError(FacultyError):
    """The store can't be used."""

    code = "store"


class StoreHeld(StoreError):
    """Another Equerry (process {pid}) holds the store {path}. Stop it first: sudo systemctl stop equerry, or end that process."""

    code = "store.held"


class StoreReadOnly(StoreError):
    """The store {path} can't be written ({reason}). Make its folder writable for this user. Nothing was changed."""

    code = "store.read_only"


class DiskFull(StoreError):
    """The disk that holds {path} is full. Free some space. Nothing was changed."""

    code = "store.full"


class StoreDamaged(StoreError):
    """The store {path} is damaged ({reason}). Move it away to begin anew; keep it, for what it holds may be saved."""

    code = "store.damaged"


class StoreTooNew(StoreError):
    """The store {path} was written by a newer Equerry (version {found}; this one knows {known}). Update this device."""

    code = "store.too_new"
