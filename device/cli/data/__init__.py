"""Commands on what is kept: tables, sessions, export and import, backups, the audit log, figures."""
