"""What is written on the card: Wi-Fi, user, SSH keys, host name, time zone, settings; taken at boot, by root.

Runs on the image of `scripts/image` alone, before the network and the appliance. `wishes` and `plan` are values and
touch nothing; `taking` puts them into the system, and tells what is wrong.
"""
