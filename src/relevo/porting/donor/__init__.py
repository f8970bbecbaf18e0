"""We as the donor: what comes in, what goes out, the lists of the desk."""
