"""`equerry watch` and `equerry talk`: the far end of what device/local tells. Panels are pure; the screen is Textual's."""
