"""The donor's side of a port: another operator asks for a number that we serve."""
