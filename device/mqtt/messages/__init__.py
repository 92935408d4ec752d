"""What the appliance publishes of itself: each message a value with its topic and payload (docs/mqtt.md).

A new message is a value here and the line that makes it in translation.py; scripts/topics draws the page.
"""
