"""What plugs into Radicale, which speaks CalDAV: a storage, an authentication and rights. Radicale is GPL-3.0-or-later and no
part of Equerry: it is imported in this folder alone, which nothing imports but device/wiring, where the owner installed
it (docs/adr/0010-caldav-by-radicale.md).
"""
