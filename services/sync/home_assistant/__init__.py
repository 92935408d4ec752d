"""What Home Assistant is told of the device, so that it appears there by itself. Pure."""
