"""Securing mechanisms, one file each."""
