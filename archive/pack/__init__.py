"""Packs: one statement with everything a stranger needs to check it, without us and offline."""
