"""Python source written from a document: `yardarm codegen python`.

No text of a document ever becomes code: keys become identifiers of letters, digits and underscores,
everything else stands in string literals that hold no character but printable ones.
"""
