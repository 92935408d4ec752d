"""Contacts, channels and messages, as people tell of them.

For alone.py.
"""
