"""The whole order: decisions, windows, checks of the welcome letter, the close."""
