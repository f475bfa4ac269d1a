"""A clinic's own stricter rules, laid over the base guidance. Nothing in them can make an answer milder."""

from service.guidance.protocol.loading import DEFAULT, load_protocols
from service.guidance.protocol.rules import Protocol
from service.guidance.protocol.tightening import tighten

__all__ = ["DEFAULT", "Protocol", "load_protocols", "tighten"]
