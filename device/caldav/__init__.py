"""Tasks, lists, meetings and reminders on phones, by CalDAV. The protocol is Radicale's, in `radicale_plugins` alone;
what lies where, who may see it and what a change does is decided here. docs/caldav.md.
"""
