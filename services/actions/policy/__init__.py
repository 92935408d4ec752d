"""Who may do what, and see what: roles, the view of one client, refusals and how they are said.

For execution/, which asks before anything is done. policy.py is the door; roles are read by device/configuration.
"""
