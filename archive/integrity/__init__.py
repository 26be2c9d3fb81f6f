"""Is everything as it was recorded, can damage be repaired, and how is something erased."""
