"""One cause that many customers feel: a fault of a network, a hub, a courier or a donor."""
