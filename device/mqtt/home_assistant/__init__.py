"""The device in Home Assistant: announced, shown, turned."""
