"""The documentation, served under /docs: pages, their pictures, and a search over them."""
