"""Jobs: every command, wherever it comes from, in a queue of its conversation and one of the device."""
