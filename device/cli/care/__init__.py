"""Commands that look after the appliance: settings, setup, models, microphone, doctor, logs, support."""
