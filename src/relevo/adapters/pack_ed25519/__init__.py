"""Signs evidence packs with Ed25519, the key in a file of the site."""
