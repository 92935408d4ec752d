"""Sentences that the owner teaches: kept, proposed from what was said, written for training."""
