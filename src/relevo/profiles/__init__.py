"""Countries: each is a folder of data with sources, and the rules that data cannot say."""
