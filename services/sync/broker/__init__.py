"""The link with an MQTT broker: reached, kept alive, exchanged while in use. Paho is known here alone."""
