"""Sound in and out of the body: microphones, loudspeakers, files that stand for them, arrays, PortAudio.

For whoever wires the appliance (device/wiring) and for benchmarks; the rest of it sees firmware/base.py. A new sound
device is a file of its own here that keeps a Protocol of firmware/base.py.
"""
