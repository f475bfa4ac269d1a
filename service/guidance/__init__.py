"""The shared guidance: records of rules and answers, and pure functions that decide from them."""

from pathlib import Path

CONTENT = Path(__file__).parent / "content"
"""The content that is shipped."""
