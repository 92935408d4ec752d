"""The talk button: from edges to gestures, on the thread `button`. What a gesture does stands in device/turn/rows."""
