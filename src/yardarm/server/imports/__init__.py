"""Other vendors' documents: read, compared, verified with the vendor's SDK, and taken over."""
