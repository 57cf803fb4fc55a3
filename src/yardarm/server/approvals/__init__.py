"""Who may move how many: budgets, freeze windows, and approval by a second person."""
