"""Addresses for machines: what they push is signed, and a person's session counts nothing here."""
