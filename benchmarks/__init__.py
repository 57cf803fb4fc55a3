"""Speed and memory of Yardarm beside its peers; see ``benchmarks/README.md``."""
