"""What a request can get wrong about projects, environments and what is in them."""

from ..store.errors import AlreadyExists, NotFound

__all__ = ["AlreadyExists", "NotFound"]
