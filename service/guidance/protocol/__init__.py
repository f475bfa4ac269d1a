"""
A clinic's own stricter rules, laid over the base guidance. Nothing in them can make an answer milder.

``loading`` reads them, ``checking`` checks them, ``tightening`` lays them over; without a clinic none of it is needed.
"""

DEFAULT = "default"
"""The id under which the base guidance itself is asked."""
