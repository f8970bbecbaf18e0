"""One number's life on the network: watched at the donor, provisioned, proven, watched again."""
