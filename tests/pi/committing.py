"""Runs inside the virtual Pi, by the installed appliance's Python: commits until the power is cut, and looks after it.

committing.py commit STORE PORT     acknowledges each commit into a port, which the other side keeps
committing.py check STORE NUMBER    that all commands up to the acknowledged one are there, whole; prints how many are
What is committed and what is looked at is that of the store's own test of power cuts.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from services.store.search.index import problems
from services.store.store import Store
from tests.services.store.test_power_cuts import check, commit_without_pause


def main(arguments: list[str]) -> None:
    """One of the two."""
    match arguments:
        case ["commit", path, port]:
            commit_without_pause(Path(path), os.open(port, os.O_WRONLY))
        case ["check", path, number]:
            there = check(Path(path), int(number))
            with Store(Path(path)) as store:
                assert problems(store.storage.file.connection) == [], "the index of words is damaged"
            print(there)
        case _:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
