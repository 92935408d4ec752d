"""Commands that use the appliance: run it, speak or type to it, watch it, read a sentence without doing it."""
