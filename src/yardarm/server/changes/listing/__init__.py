"""The list of a project's flags: found, filtered, sorted, without asking the database for each."""
