"""relevo moves a customer's lines between operators and proves that none was lost."""
