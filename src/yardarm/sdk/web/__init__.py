"""What every web framework needs, told without any of them: bytes and texts in, texts out."""
