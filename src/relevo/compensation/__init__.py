"""What we owe: entitlement from facts, by the rule of the country."""
