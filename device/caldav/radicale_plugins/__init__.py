"""What plugs into Radicale, which speaks CalDAV: storage, authentication, rights. Radicale is GPL-3.0-or-later and no
part of Equerry: it is imported here alone, and that only by device/wiring where the owner installed it
(docs/adr/0010-caldav-by-radicale.md).
"""
