"""What a person holds: a locked vault of proofs, and actions that show only what was asked."""
