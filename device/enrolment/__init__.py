"""Voices learnt by voice: a few sentences asked for aloud, looked at one by one, and kept as a voiceprint."""
