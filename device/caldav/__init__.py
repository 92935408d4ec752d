"""Tasks, lists, meetings and reminders on phones and in calendars, by CalDAV. docs/caldav.md. The protocol is Radicale's, which is asked
for in `radicale_plugins` alone; what lies where, who may see it and what a change does is decided here.
"""
