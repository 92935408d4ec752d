"""The body: microphone, speaker, lights and button."""
