"""What the appliance tells of itself, as values: over MQTT (docs/mqtt.md) and to whoever watches through the socket.

A new message over MQTT is a value in events.py or states.py. What makes it of an event stands in translation.py; what
the clock publishes is made in device/mqtt/publisher.py. The page is drawn by scripts/topics. What only the socket tells
stands in snapshot.py.
"""
