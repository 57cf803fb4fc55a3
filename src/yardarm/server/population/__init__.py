"""Populations: the contexts that environments were really asked about."""
