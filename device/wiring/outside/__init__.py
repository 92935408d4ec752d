"""What reaches out of the device: the broker, Home Assistant and its voice."""
