"""Replay of archived pages: on an origin of their own, without scripts or network requests."""
