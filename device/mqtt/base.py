"""What the rest of the appliance sees of the other devices of its site."""

from __future__ import annotations

from services.actions.base import Due


class Site:
    """The other devices, as far as they are within reach: here there are none. Called by main; must not block."""

    def claim_turn(self, turn: int) -> bool:  # noqa: ARG002 - nobody to ask
        """The wake word was heard, and others may have heard it, too. True: they are asked, and `ClaimSettled` follows
        within 300 ms. False: there is nobody to ask.
        """
        return False

    def hold_turn(self) -> None:
        """Somebody asked for the ear of this device: the others are told, whichever of them was before us."""

    def claim_due(self, due: Due) -> bool:  # noqa: ARG002 - nobody to ask
        """Something rings that all devices know of. True: they are asked, and `DueCame` follows within 700 ms where
        this one is to ring. False: it is this one.
        """
        return False

    def hold_due(self, due: Due) -> None:
        """It rings here, or is about to: nobody else need. Told again and again as long as that is so."""
