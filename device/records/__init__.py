"""What is kept of turns, commands and sessions: written to the journal beside the turns.

Fed by the events that the reactor shows its watchers; read by `equerry insight` and `equerry sessions`.
"""
