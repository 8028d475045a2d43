# SPDX-License-Identifier: Apache-2.0
"""What all scenario models share: frozen, no unknown keys, the docstring is the reference."""

from __future__ import annotations

from typing import Annotated

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)


class Part(BaseModel):
    """A part of a scenario. Unknown keys are errors; nothing can be changed once built."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        use_attribute_docstrings=True,
        validate_by_name=True,
        validate_by_alias=True,
        str_strip_whitespace=True,
        allow_inf_nan=False,
    )


def _as_list(value: object) -> object:
    """Let a single text stand for a list of one."""
    return [value] if isinstance(value, str) else value


Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
"""A short name: small letters, digits and hyphens."""

Words = Annotated[
    tuple[str, ...],
    BeforeValidator(_as_list),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]
"""A list of words; a single word may stand alone."""

Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$"), Field(examples=["US", "NL"])]
"""A country, by its two-letter ISO 3166-1 code."""
