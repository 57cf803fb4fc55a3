"""The table of documents, as it came to be."""
