"""PostgreSQL: the bundled server, connections, and migrations."""
