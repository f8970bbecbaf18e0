"""Numbers that change host or company by agreement of the operators: never by single ports."""
