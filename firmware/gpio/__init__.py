"""What hangs on the pins: lights, rings and strips, the talk button, the mute switch.

For device/wiring alone; the rest of the appliance sees the Protocols of firmware/base.py. Which pin is which stands in
firmware/boards.
"""
