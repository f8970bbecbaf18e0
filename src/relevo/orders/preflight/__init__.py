"""Before an order is accepted: for each number a verdict, with reasons and an honest date."""
