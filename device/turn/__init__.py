"""The turn: the machine and its events and effects, and the reactor that carries the effects out.

machine.py is pure: an event is added in events.py and gets its row there, or in rows/ by theme; every phase must answer
it (docs/phases.md is drawn from the table). reactor.py is the main thread; nothing here knows an engine.
"""
