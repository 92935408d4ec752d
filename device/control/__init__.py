"""The control socket, for the terminal and other processes of this machine: who may (access.py), connections, lines of
JSON, and who answers (server.py). What may be asked stands in device/requests, what is told in device/messages.
"""
