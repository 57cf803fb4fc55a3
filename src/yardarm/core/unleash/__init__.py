"""How Unleash's engine reads values: context values as text, numbers, dates, versions, networks,
patterns. What the operators and algorithms named `unleash.…` are made of.

The engine is written in Rust; what it takes for a number, a date or an address is what Rust's
`f64`, the crates chrono, semver and ipnetwork, and the crate regex take. Established by asking the
engine inside UnleashClient 6.9.1 (yggdrasil 0.21.5).
"""
