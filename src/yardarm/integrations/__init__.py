"""Yardarm in other frameworks: one thin file each, which never knows its sisters."""
