"""The kinds of records in ``content/``, a module for each part of the guidance."""
