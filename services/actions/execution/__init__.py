"""Carries a command out: in order, prepared side by side, then in one transaction, or not at all.

For device/commands and device/jobs, through executor.py. Families of actions never import from here; a change here
touches every command, so tests/services/actions holds its properties.
"""
