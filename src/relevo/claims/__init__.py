"""What is said to customers: facts, what a text claims, and the check before sending. All pure."""
