"""Reports as pages: a report as values (document.py), written as HTML, Markdown and CSV, with charts.

For actions/reports, which says what stands in a report. Charts are drawn by a process of its own (draw.py).
"""
