"""What each collection of the guidance shows: what a form needs, and what a clinician needs to check a rule."""
