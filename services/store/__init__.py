"""What is kept: documents in tables, one transaction a command, on one SQLite file.

Other services and the device see base.py. documents.py has the kinds; sqlite/ the file, search/ the index, replicas/
what other devices have, backups/ the copies. What is on disk outlives every release: sqlite/migrations.py.
"""
