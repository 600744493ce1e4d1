"""Pure decisions of the room: reading values out of rows, mappings, and what may be exported."""
