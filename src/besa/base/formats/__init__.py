"""Dates and times as people here write them, where Django has none or the American form."""
