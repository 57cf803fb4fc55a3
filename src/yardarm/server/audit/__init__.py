"""The system chain: who changed access and projects. Environments have chains of their own."""
