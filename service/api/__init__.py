"""The HTTP contract: one file an endpoint group, and what all of them share."""
