"""The evidence pack of an order: everything that happened and was said, sealed."""
