"""The one door in: every change of configuration is a command submitted here."""
