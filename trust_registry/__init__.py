"""Whose credentials count: decided by k of n members, carried by TUF, readable with no network."""
