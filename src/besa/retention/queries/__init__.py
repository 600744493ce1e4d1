"""Reads of the room: what is held, what would go, what falls due."""
