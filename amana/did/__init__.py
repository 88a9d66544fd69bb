"""Decentralised identifiers: parsing and checking bytes. Nothing here fetches anything."""
