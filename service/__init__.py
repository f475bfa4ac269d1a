"""Afterglow: when facial microcurrent may follow other treatments, and how soon a reaction needs a person."""
