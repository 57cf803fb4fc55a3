"""The steps, in order. A step, once released, never changes."""
