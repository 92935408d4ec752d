"""What may be asked of the appliance from outside: a schema for each request, for the control socket and MQTT alike.

A new request is a schema in schemas.py; who carries it out stands in device/control/server.py and
device/mqtt/commands.py.
"""
