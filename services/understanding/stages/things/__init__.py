"""Lists, meetings and routines, as people go on about them.

For order.py and alone.py.
"""
