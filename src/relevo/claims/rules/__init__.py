"""The rules of the check, in families; numbers as in rights-care 3.6, plus 19 and 20."""
