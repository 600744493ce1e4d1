"""Pages of the room, by what they bring in."""
