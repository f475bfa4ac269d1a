"""The description of the API against the running service: ``make schemathesis``."""
