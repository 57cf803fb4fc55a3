"""Who a change moves, over the contexts that were really seen, before it is made."""
