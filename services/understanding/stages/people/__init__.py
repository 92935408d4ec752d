"""Customers and their money, contacts, channels and messages, as people tell of them.

For alone.py.
"""
