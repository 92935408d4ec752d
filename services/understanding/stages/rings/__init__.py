"""Timers, alarms and reminders in few words: read only against what the store has running or is to ring.

For order.py, through rings.py.
"""
