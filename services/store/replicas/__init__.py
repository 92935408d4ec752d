"""The store as one of several: stamps, what comes in, what is to go out, undo beside other devices.

For services/sync, through services.store.base. Merging must stay commutative, associative and idempotent: its
properties are in tests/services/store.
"""
