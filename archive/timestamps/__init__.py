"""Trusted timestamps over checkpoints: RFC 3161 and OpenTimestamps."""
