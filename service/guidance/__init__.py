"""The shared guidance: records of rules and answers, and pure functions that decide from them."""
