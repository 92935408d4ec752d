"""The link with Home Assistant over its WebSocket API: reached, kept alive, reached again. `websockets` is known here
alone.
"""
