"""The pure core: the model, its evaluation, and what can be computed from it.

Nothing in this package does I/O, reads a clock, draws randomness or logs. `now` is an argument.
"""
