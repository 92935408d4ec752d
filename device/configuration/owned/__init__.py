"""The owner's files: changed line by line or put back, checked before, never left half written.

For `equerry config`, the guide and whatever measures a setting.
"""
