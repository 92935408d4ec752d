"""What woke the appliance wrongly, kept as embeddings, and read as what a word is to be told apart from."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from services.wake.base import WakeModelUnusable
from services.wake.features import NUMBERS
from services.wake.teaching.pool import Windows


def load_alarms(path: Path) -> list[Windows]:
    """Each (n, 96), the newest embedding last; none where there is no file. Raises WakeModelUnusable where the file is
    damaged: `features` (n, steps, 96) of floats is what is read of it.
    """
    if not path.is_file():
        return []
    try:
        with np.load(path, allow_pickle=False) as kept:
            features = kept["features"]
        if features.ndim != 3 or features.shape[2] != NUMBERS or not np.isfinite(features).all():
            raise ValueError("its parts do not belong together")
    except Exception as error:  # what zipfile, zlib and NumPy raise on a damaged file has no common root
        raise WakeModelUnusable(path=path, reason="the file is damaged; delete it, it is learnt anew") from error
    return [np.asarray(each, np.float16) for each in features]
