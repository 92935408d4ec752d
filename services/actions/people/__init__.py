"""People and what goes between them: contacts, channels, messages.

contacts.py, channels.py and messages.py are families of actions; known.py finds who is meant, for every family.
"""
