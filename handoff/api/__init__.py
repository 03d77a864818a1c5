"""The HTTP faces of the gate: each handler parses, calls one service, and answers."""
