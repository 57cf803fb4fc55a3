"""What JavaScript makes of JSON values: coercion, comparison, text, regular expressions.

For dialects whose vendor decides in JavaScript. Source: ECMA-262 (2025), without which nothing
here could be said; section names are given where a function follows one. Values come from JSON,
so there is no undefined (it reads as null), no BigInt, no symbol and no function.
"""
