"""Files that people share: the inbox, their content by its SHA-256, a bucket that mirrors it.

For actions/files and device/upkeep. base.py and bucket.py have the Protocols; an engine is a file beside them.
"""
