# SPDX-License-Identifier: Apache-2.0
"""What a design file may say. Each field's unit is part of its description."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


def unit(text: str) -> dict[str, str]:
    """Extra of a field: its unit, for messages and for the reference."""
    return {"unit": text}


MM2 = unit("mm2")
FRACTION = unit("fraction, 0 to 1")
PIECES = unit("pieces")

Share = Annotated[float, Field(ge=0, le=1, json_schema_extra=FRACTION)]
Area = Annotated[float, Field(ge=0, json_schema_extra=MM2)]


class Part(BaseModel):
    """A part of a design. Unknown keys are errors; nothing can be changed once built."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        use_attribute_docstrings=True,
        str_strip_whitespace=True,
        allow_inf_nan=False,
    )


class Blocks(Part):
    """What a die holds; its area follows from the node."""

    logic_mtr: Annotated[float, Field(ge=0, json_schema_extra=unit("million transistors"))] = 0.0
    """Logic, in million transistors."""
    sram_mm2: Area = 0.0
    """Memory on the die."""
    io_mm2: Area = 0.0
    """Input and output, analogue, pads: what does not shrink."""

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not (self.logic_mtr or self.sram_mm2 or self.io_mm2):
            message = "at least one block must be above zero"
            raise ValueError(message)
        return self


class Harvest(Part):
    """Dies that are sold although some of their equal units are bad."""

    units: Annotated[int, Field(ge=1, le=100_000, json_schema_extra=PIECES)]
    """Equal units (cores) on the die."""
    spare: Annotated[int, Field(ge=0, json_schema_extra=PIECES)]
    """Units that may be bad."""
    area_share: Share = 1.0
    """Share of the die's area that the units take."""

    @model_validator(mode="after")
    def _fewer(self) -> Self:
        if self.spare > self.units:
            message = f"spare ({self.spare} pieces) is more than units ({self.units} pieces)"
            raise ValueError(message)
        return self


class Die(Part):
    """One kind of die. Give its area, or its blocks."""

    name: str = ""
    """What it is called."""
    node: str
    """Id of its node, such as tsmc-n7."""
    area_mm2: Annotated[float, Field(gt=0, json_schema_extra=MM2)] | None = None
    """Area as made, interfaces to other dies included."""
    blocks: Blocks | None = None
    """What it holds, instead of its area."""
    count: Annotated[int, Field(ge=1, le=10_000, json_schema_extra=PIECES)] = 1
    """How many go into a package."""
    clustering: Annotated[float, Field(gt=0, json_schema_extra=unit("1"))] | None = None
    """alpha of the negative binomial yield; the node's if left out."""
    critical_area: Annotated[float, Field(gt=0, le=1, json_schema_extra=FRACTION)] = 1.0
    """Fraction of the area where a defect kills."""
    coverage: Share | None = None
    """Fraction of bad dies that the test finds; the setting's if left out."""
    harvest: Harvest | None = None
    """Which bad units are tolerated."""
    compute_share: Share = 1.0
    """Share of the area that computes: 0 for an I/O die."""
    euv: bool | None = None
    """False: EUV layers are replaced by multiple exposure. As the design says if left out."""
    volume: Annotated[float, Field(gt=0, json_schema_extra=unit("packages"))] | None = None
    """Packages, of all products, that share the die's one-off costs; the design's if left out."""

    @model_validator(mode="after")
    def _one_size(self) -> Self:
        if (self.area_mm2 is None) == (self.blocks is None):
            message = "give either area_mm2 (in mm2) or blocks, and not both"
            raise ValueError(message)
        return self


class MemoryChoice(Part):
    """The memory of a design."""

    id: str
    """Id of the memory, such as hbm2e."""
    stacks: Annotated[float, Field(gt=0, le=100_000, json_schema_extra=PIECES)]
    """Stacks or packages; for DRAM bonded on logic, the unit of its figures."""


class Workload(Part):
    """How much a program computes with each byte that it takes from memory."""

    operations_per_byte: Annotated[
        float, Field(gt=0, json_schema_extra=unit("operations per byte"))
    ]
    """Operations for each byte."""


class Workloads(Part):
    """Two workloads at which a design is measured; the settings' if left out."""

    memory_bound: Workload | None = None
    """One that waits for memory."""
    compute_bound: Workload | None = None
    """One that waits for arithmetic."""


class Design(Part):
    """A package of dies and memory, and how it is made."""

    name: Annotated[str, Field(min_length=1)]
    """What it is called."""
    dies: Annotated[tuple[Die, ...], Field(min_length=1)]
    """The kinds of dies."""
    package: str
    """Id of the package, such as si-interposer."""
    memory: MemoryChoice | None = None
    """Its memory, if any."""
    assembly: Literal["chip-last", "chip-first"] | None = None
    """Whether dies go on a finished carrier or it is built around them; the package's own way if
    left out."""
    bond_yield: Annotated[float, Field(gt=0, le=1, json_schema_extra=FRACTION)] | None = None
    """Yield of placing one die; the package's if left out."""
    volume: Annotated[float, Field(gt=0, json_schema_extra=unit("packages"))] | None = None
    """Packages over which one-off costs are spread; without it they are left out."""
    frequency: Annotated[float, Field(gt=0, json_schema_extra=unit("times the usual clock"))] = 1.0
    """Clock, relative to the usual one of the node."""
    euv: bool = True
    """False: EUV layers are replaced by multiple exposure."""
    workloads: Workloads = Workloads()
    """The workloads at which it is measured."""
    datacentre: bool = True
    """Whether it is designed or marketed for data centres; asked by the law."""
    io_gb_s: Annotated[float, Field(ge=0, json_schema_extra=unit("GB/s"))] | None = None
    """Aggregate bidirectional rate of all inputs and outputs but memory; the law of 2022 asks."""
