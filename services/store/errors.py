"""What can be wrong with a store, or with what is to be kept in it."""

from __future__ import annotations

from firmware.errors import FacultyError


class StoreError(FacultyError):
    """The store can't be used."""

    code = "store"


class StoreHeld(StoreError):
    """Another Equerry (process {pid}) holds the store {path}. Stop it first: sudo systemctl stop equerry, or end that
    process.
    """

    code = "store.held"


class StoreReadOnly(StoreError):
    """The store {path} can't be written ({reason}). Make its folder writable for this user. Nothing was changed."""

    code = "store.read_only"


class DiskFull(StoreError):
    """The disk that holds {path} is full. Free some space. Nothing was changed."""

    code = "store.full"


class StoreUnreachable(StoreError):
    """The store {path} can't be reached ({reason}). Look at its disk, and for a program that keeps the file open.
    Nothing was changed.
    """

    code = "store.unreachable"


class StoreClosed(StoreError):
    """This user may not read the store {path}. Put sudo before the command."""

    code = "store.closed"


class StoreDamaged(StoreError):
    """The store {path} is damaged ({reason}). Start Equerry again: it restores the newest good backup and keeps this
    file.
    """

    code = "store.damaged"


class StoreForeign(StoreDamaged):
    """The file {path} is the database of another program. Name another folder in [paths] data. Nothing was changed."""

    code = "store.foreign"


class SearchDamaged(StoreError):
    """The index of search in {path} can't be read ({reason}). The documents are whole; it is made anew once Equerry
    runs and is asked.
    """

    code = "search.damaged"


class StoreTooNew(StoreError):
    """The store {path} was written by a newer Equerry (version {found}; this one knows {known}). Update this device."""

    code = "store.too_new"


class StoreTooOld(StoreError):
    """The store {path} was written by an older Equerry, which kept no records. It is brought up to date once Equerry
    runs or is asked.
    """

    code = "store.too_old"


class DocumentInvalid(StoreError):
    """That {kind} can't be kept: {reason}."""

    code = "store.invalid"


class NothingToUndo(StoreError):
    """There is nothing to undo."""

    code = "undo.nothing"


class UndoBlocked(StoreError):
    """I can't undo that ({label}): {why}."""

    code = "undo.blocked"
