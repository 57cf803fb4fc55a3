"""What clients report: evaluation counts, exposures, metric events."""
