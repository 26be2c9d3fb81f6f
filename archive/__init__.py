"""What we hold: captures, statements, versions, proofs, citations. Imports nothing else of ours."""
