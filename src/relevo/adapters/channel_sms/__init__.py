"""SMS out, through a gateway that speaks REST."""
