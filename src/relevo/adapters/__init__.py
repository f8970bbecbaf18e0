"""The rim: only here, and in the engine's store, is there a socket."""
