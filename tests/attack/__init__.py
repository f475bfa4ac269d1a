"""Hostile clients against the running service: ``make attack``."""
