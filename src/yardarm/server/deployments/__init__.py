"""Markers of what was deployed where and when, so that a timeline shows it beside the changes."""
