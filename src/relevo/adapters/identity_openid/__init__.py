"""The operator's own identity provider, by OpenID Connect."""
