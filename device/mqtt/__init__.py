"""What the appliance does over MQTT: one thread, one link, and the parts that use it. What may be asked stands in
device/requests, what is told in device/messages.
"""
