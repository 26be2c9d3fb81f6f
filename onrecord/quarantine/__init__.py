"""Quarantine: captures that differ from their source's baseline, and the decisions on them."""
