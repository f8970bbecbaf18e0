"""Complaints of one order: receipt, terms, an answer to every question, and the ways on."""
