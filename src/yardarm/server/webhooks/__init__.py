"""Webhooks: what happens in a project, told to an address of its own, signed."""
