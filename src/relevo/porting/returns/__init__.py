"""Numbers that go back: what the hubs say of them, and what is carried out."""
