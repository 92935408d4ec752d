"""Rows of the machine's table by theme: what is said over a reply, the button, what is due, what comes from afar."""
