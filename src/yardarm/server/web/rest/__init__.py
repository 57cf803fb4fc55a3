"""What the slices' REST routes are made of: declared scopes, strict bodies, preconditions."""
