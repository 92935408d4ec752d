"""How long the stages of a turn took and what was asked; and the log of refusals and of dangerous yeses.

For device/records, which writes, and `equerry insight` and `equerry audit`, which read. audit.py is the largest part: a
log that is only ever added to.
"""
