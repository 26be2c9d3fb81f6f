"""Evidence packs, log proofs, trust anchors, witnesses and erasure."""
