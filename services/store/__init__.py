"""What is kept: documents in tables, one transaction a command, on one SQLite file.

Other services and the device see base.py. kinds.py is the registry of kinds, documents/ has ours; sqlite/ the file,
search/ the index, replicas/ what other devices have, backups/ the copies. What is on disk outlives every release:
sqlite/migrations.py.
"""
