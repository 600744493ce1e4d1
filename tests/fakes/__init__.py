"""Real local servers that stand for the open web and its services, and that can fail."""
