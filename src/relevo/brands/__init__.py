"""Brands of one group in one installation: whose an order is, who may see it, and every look."""
