"""Expected failures of the appliance itself.

ExpectedError (firmware.errors)
└── ApplianceError
    └── ConfigBroken      settings: unknown keys, wrong types, unreadable files; all at once

What else can go wrong stands where it does: in the errors.py of a folder, or beside what raises it.
"""

from __future__ import annotations

from firmware.errors import ExpectedError


class ApplianceError(ExpectedError):
    """The appliance can't do that."""

    code = "appliance"


class ConfigBroken(ApplianceError):
    """The settings are not usable:
    {problems}"""

    code = "config.broken"

    def _sentence(self) -> str:
        problems = self.facts["problems"]
        assert isinstance(problems, list)
        return "\n".join(["The settings are not usable. Mend these, then start again:", *(f"  {p}" for p in problems)])
