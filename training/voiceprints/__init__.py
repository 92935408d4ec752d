"""Teaches what the likeness of two voices is worth (docs/voiceprints.md); the speaker encoder stays as published."""
