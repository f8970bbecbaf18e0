"""SMS over SMPP 3.4: a bound transceiver, receipts, and what customers write."""
