"""Evidence packs, proofs, trust, witnesses, erasure."""
