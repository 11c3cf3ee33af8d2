"""The phone page and its server."""
