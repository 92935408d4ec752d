"""What wrong wakes of this house teach: sounds like them wake no more, and nothing that is meant is lost.

Around each wrong wake lies a ball in the space of a head's hidden units. It reaches no further than a part of the way
to the nearest of what is known to be meant, so that none of that can fall into it. Silence after a wake may also be
somebody who thought better of it: it counts only where another wrong wake sounded alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.wake.features import Floats

LARGEST = 0.25
"""Cosine distance from a wrong wake within which another sound is taken for the same."""
PART = 0.6
"""Of the distance to the nearest that is meant."""


@dataclass(frozen=True, slots=True, eq=False)
class Veto:
    """Which sounds are taken for wrong wakes."""

    alarms: Floats
    """Of length 1; shape (n, hidden)."""
    radii: Floats
    """Cosine distances; shape (n,)."""

    @classmethod
    def of(cls, alarms: Floats, sure: Sequence[bool], meant: Floats) -> Veto:
        """`alarms`, `meant`: hidden units of length 1, shape (n, hidden) and (m, hidden). `sure`: of each wrong wake,
        whether somebody said that it was one.
        """
        alike = (1 - alarms @ alarms.T < LARGEST).sum(axis=1) > 1
        counts = alike | np.asarray(sure, np.bool_)
        nearest = (1 - alarms @ meant.T).min(axis=1) if len(meant) else np.full(len(alarms), LARGEST)
        return cls(alarms[counts], np.clip(PART * nearest, 0, LARGEST)[counts].astype(np.float32))

    def strikes(self, hidden: Floats) -> bool:
        """Whether this sound, shape (hidden,), is taken for one of them."""
        return bool(((1 - self.alarms @ hidden) < self.radii).any())
