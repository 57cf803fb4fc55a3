"""Proofs about rules: what can never match, never be reached, never be served. Pure.

`analyse` looks at a document and answers findings, each with a proof in words, a pointer, and where
there is something to show a context that shows it. It decides by exact arithmetic over sets,
intervals, versions and texts (see docs/explanation/rule-analysis.md), and says `undecided` where it
cannot.
"""

from .analyse import analyse, findings
from .finding import KINDS, SEVERITIES, Finding, Kind, Severity

__all__ = ["KINDS", "SEVERITIES", "Finding", "Kind", "Severity", "analyse", "findings"]
