"""Jobs: work that is due later, done by one node and survived by what it was for."""
