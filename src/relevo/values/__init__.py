"""Words shared by every capability: instants, numbers, cards, money, people. All of it is pure."""
