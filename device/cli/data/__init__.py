"""Commands on what is kept: tables, files, sessions, export and import, backups, the audit log, figures."""
