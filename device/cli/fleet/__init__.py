"""equerry fleet: many devices from one machine, over SSH; and what they tell of themselves over the broker."""
