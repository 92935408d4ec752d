"""The process: what `run`, `hear`, `bench` and the rehearsal do, what systemd is told, what is missing, how it ends.

For device/cli. What is wired is wired in device/wiring.
"""
