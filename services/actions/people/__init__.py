"""People and what goes between them: contacts, channels, messages.

contacts.py, channels.py and messages.py are families of actions. For every family, known.py finds who is meant, and
group.py compares the people whom a task or a meeting is for.
"""
