"""One door out: numbered snapshots of every environment, and the hub that tells who listens."""
