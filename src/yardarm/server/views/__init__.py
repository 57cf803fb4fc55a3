"""Saved views: filters of the list of flags that somebody has given a name."""
