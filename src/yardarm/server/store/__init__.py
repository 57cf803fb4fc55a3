"""The only place that knows SQL. Start reading at `database.py`."""
