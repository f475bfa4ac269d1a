"""Learn the weights in ``service/guidance/content/learned/`` from ``corpus/``: ``make train``."""
