"""The subscriber registry as a real one: Osmocom's HLR, by its control interface and its VTY."""
