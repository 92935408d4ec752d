"""Keeps the devices of a site in step through an MQTT broker: one retained message a document (docs/sync.md).

The device sees base.py and topics.py, and wires the rest (device/wiring/outside/mqtt.py). broker/ is the link,
home_assistant/ what Home Assistant is told; names of topics are made and read in topics.py, discovery topics in
home_assistant/.
"""
