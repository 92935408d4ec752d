"""What reads each kind of time out of a text: a module for each kind, whose rules give every reading that begins at a
token.

For whoever lets a further way of telling a time be read: write it into the module of its kind, or add a module; all of
them make up the grammar. A rule finds those of other modules by name, through the scanner; none may keep anything of a
text beside it.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
