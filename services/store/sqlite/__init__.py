"""The one file: opened, checked, held by one process, loaded, written a commit at a time, migrated.

Nobody outside the store looks in here, but for read_only.py and glance.py, which read beside the appliance.
"""
