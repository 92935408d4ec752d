"""Lights and switches that announce themselves at the broker (Zigbee2MQTT, Tasmota, ESPHome), without Home Assistant:
read from what they announce, commanded as that says.

part.py is what the appliance uses; the rest is pure.
"""
