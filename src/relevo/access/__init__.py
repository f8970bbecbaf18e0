"""Who may come in: staff by password and second factor or by the operator's own identity provider,
customers by their order's link and a one-time code; what each sees of a person; and the record of
every look."""
