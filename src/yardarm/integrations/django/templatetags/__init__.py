"""Tags for templates: `{% load yardarm %}`."""
