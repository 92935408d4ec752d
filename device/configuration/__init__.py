"""The settings as files: where they lie, what they say, how they are changed and taken by a running appliance."""
