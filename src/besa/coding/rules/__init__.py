"""Pure decisions of the coding room: no Django, no clock, no network, no chance."""
