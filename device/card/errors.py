"""What can be wrong with what is written on the card."""

from __future__ import annotations

from device.errors import ApplianceError


class CardWrong(ApplianceError):
    """{file}: {problem}"""

    code = "card.wrong"
