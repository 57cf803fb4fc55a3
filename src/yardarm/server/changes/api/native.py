"""Types of the native JSON, by the names under which the reference describes them.

`core.codec` reads these values, with problems that point; here they only have names.
"""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

from msgspec import Meta


def _named(name: str) -> Meta:
    return Meta(extra_json_schema={"$ref": f"#/components/schemas/{name}"})


FlagJson: TypeAlias = Annotated[dict[str, Any], _named("Flag")]
SegmentJson: TypeAlias = Annotated[dict[str, Any], _named("Segment")]
DocumentJson: TypeAlias = Annotated[dict[str, Any], _named("Document")]
VariantJson: TypeAlias = Annotated[dict[str, Any], _named("Variant")]
ServeJson: TypeAlias = Annotated[
    Any,
    Meta(extra_json_schema={"anyOf": [{"$ref": "#/components/schemas/Serve"}, {"type": "null"}]}),
]
RuleJson: TypeAlias = Annotated[dict[str, Any], _named("Rule")]
NewRuleJson: TypeAlias = Annotated[dict[str, Any], _named("NewRule")]
TargetJson: TypeAlias = Annotated[dict[str, Any], _named("Target")]
PrerequisiteJson: TypeAlias = Annotated[dict[str, Any], _named("Prerequisite")]
ConditionJson: TypeAlias = Annotated[dict[str, Any], _named("Condition")]
SegmentKeysJson: TypeAlias = Annotated[dict[str, Any], _named("SegmentKeys")]
