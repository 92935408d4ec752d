"""What the appliance does over MQTT: one thread, one link, and the parts that use it."""
