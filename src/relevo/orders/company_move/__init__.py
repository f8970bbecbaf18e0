"""A company brings its numbers: the list, and the lines in which its batches wait."""
