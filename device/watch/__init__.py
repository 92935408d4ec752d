"""`equerry watch` and `equerry talk`: the far end of what device/control tells. Panels are pure; the screen is
Textual's.
"""
