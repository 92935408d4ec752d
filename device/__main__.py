"""The program `equerry`, also `python -m device`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run a command. Ctrl-C is an end like any other, also while the parts of the command are still being imported."""
    try:
        from device.cli import main as run_command  # noqa: PLC0415 - what may be broken off is the import

        run_command()
    except KeyboardInterrupt:
        print("equerry: stopped", file=sys.stderr)  # noqa: T201 - this is the command line
        raise SystemExit(130) from None


if __name__ == "__main__":
    main()
