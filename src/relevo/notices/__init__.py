"""What we tell people: one voice for every channel, and the texts it uses."""
