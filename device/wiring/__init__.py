"""Puts the appliance together: the one place where settings are read and real engines are named.

Each part says what it needs; `appliance` wires them to one inbox. Start order is from top to bottom there; ending is
the other way round.
"""
