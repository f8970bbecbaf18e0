"""The process through which everything goes that is said to one customer."""
