"""Who may do what: actors, tokens, SDK keys."""
