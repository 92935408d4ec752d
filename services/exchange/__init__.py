"""The store in the formats of other programs, out and in: JSON, CSV, Markdown, iCalendar.

For `equerry export` and `import`. A format is one module to write and one to read; which kinds there are and what
stands in them is told by the registry of the store.
"""
