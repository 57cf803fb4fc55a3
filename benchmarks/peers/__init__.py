"""The peers, each set up in process and offline through the ways its maker documents.

Each module has ``setup(options) -> cases.Subject``. The modules bear the names of the packages they
measure, which is harmless as long as they are imported as ``benchmarks.peers.NAME`` and never run
as scripts.
"""
