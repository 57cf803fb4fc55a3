"""The server of Yardarm. Importing this package loads nothing; `operate` starts it."""
