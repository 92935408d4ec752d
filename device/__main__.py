"""The program `equerry`, also `python -m device`."""

from __future__ import annotations

from device.process.interrupt import leave_at_once, stoppable


def main() -> None:
    """Run a command. Ctrl-C is an end like any other, also while its parts are still being imported."""
    stoppable()
    from device.cli import main as run_command  # noqa: PLC0415 - what may be broken off is the import

    try:
        run_command()
    except KeyboardInterrupt:
        leave_at_once()


if __name__ == "__main__":
    main()
