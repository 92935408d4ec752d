"""What was said before: memory, the conversations of all clients, and how words change a command that is known already.

For the stages, which lean on it. Pure but for conversations.py, which keeps them behind locks.
"""
