"""python -m device: the command line."""

from device.cli import main

main()
