"""Evidence packs: one statement with everything needed to verify it offline, without us."""
