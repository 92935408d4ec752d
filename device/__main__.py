"""The program `equerry`, also `python -m device`."""

from __future__ import annotations

import os

from device.process.interrupt import leave_at_once, stoppable


def main() -> None:
    """Run a command. Ctrl-C is an end like any other, also while its parts are still being imported."""
    stoppable()
    # Its matrices are small: more threads of NumPy's library win a tenth of the time and take a second core.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from device.cli import main as run_command  # noqa: PLC0415 - what may be broken off is the import

    try:
        run_command()
    except KeyboardInterrupt:
        leave_at_once()


if __name__ == "__main__":
    main()
