"""A wish to cease a number: held while anybody is undecided, carried out when nobody is."""
