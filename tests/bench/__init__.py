"""``make bench``: this service beside what the machine allows and what others would have, in one run."""
