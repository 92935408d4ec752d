"""`equerry fleet`: many devices from one machine, over SSH and MQTT; on the devices nothing runs for it."""
