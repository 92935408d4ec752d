"""What rings: alarms, reminders, timers, and the warnings before a meeting or a task.

alarms.py, reminders.py and timers.py are families of actions; due_now.py finds what has come, for device/turn.
"""
