"""Foreign files and formats, each behind the extra that brings what it needs.

`yaml` and `yaml_edit` (`yardarm[yaml]`), `jsonschema`, `files` (documents in any format), and
`document_schema` (what editors check a document with).
"""
