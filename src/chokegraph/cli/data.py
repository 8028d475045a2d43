# SPDX-License-Identifier: Apache-2.0
"""`chokegraph data`: where does this number come from, and is the data sound?"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chokegraph.cli.choices import Format, FormatOption, WorldOption

if TYPE_CHECKING:
    from chokegraph.world.model import World

data_app = typer.Typer(
    name="data",
    help="Where does this number come from? Facts, sources, gaps, disagreements.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
import_app = typer.Typer(
    name="import",
    help="Read a data set of one's own copy as a world.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
data_app.add_typer(import_app, name="import")


class ExportFormat(StrEnum):
    """What files are written."""

    csv = "csv"
    parquet = "parquet"
    graphml = "graphml"


def _load(spec: str) -> World:
    from chokegraph.world.load import load_world

    return load_world(spec)


@data_app.command("check")
def check_command(
    folder: Annotated[
        Path | None,
        typer.Argument(help="A data package; the bundled facts if not given.", metavar="[DIR]"),
    ] = None,
    world: WorldOption = "builtin",
) -> None:
    """Check a data package: files, columns, numbers, references, evidence, descriptor."""
    from chokegraph.cli.data_print import print_findings
    from chokegraph.errors import errors_only
    from chokegraph.world.check import check_world_data

    findings = check_world_data(world if folder is None else f"package:{folder}")
    print_findings(findings)
    if errors_only(findings):
        raise typer.Exit(2)


@data_app.command("describe")
def describe_command(
    folder: Annotated[Path, typer.Argument(help="A data package.", metavar="DIR")],
) -> None:
    """Bring datapackage.json up to date after a change of the tables."""
    from chokegraph.cli.data_print import print_described
    from chokegraph.world.descriptor import refresh

    print_described(refresh(folder))


@data_app.command("sources")
def sources_command(world: WorldOption = "builtin", output: FormatOption = Format.table) -> None:
    """List the sources, with licence and how many statements rest on each."""
    from chokegraph.cli.data_print import print_frame
    from chokegraph.world.query import sources_frame

    print_frame(sources_frame(_load(world)), output.value)


@data_app.command("show")
def show_command(
    name: Annotated[
        str,
        typer.Argument(
            help="An input, or a node, package, memory or the like, by its id.", metavar="INPUT"
        ),
    ],
    world: WorldOption = "builtin",
) -> None:
    """Show one input: what it is, who provides it, what it is needed for, what is known.

    Of chip technology (a node, a package, a memory, a real part, a setting): its words, needs and
    figures.
    """
    from chokegraph.cli.data_print import print_input
    from chokegraph.cli.data_technology import print_thing
    from chokegraph.world.query import find_input
    from chokegraph.world.technology_frames import find_thing

    facts = _load(world)
    known = name.removeprefix("input:") in facts.inputs
    thing = None if known else find_thing(facts, name)
    if thing is None:
        print_input(facts, find_input(facts, name))
    else:
        print_thing(facts, thing)


@data_app.command("why")
def why_command(
    subject: Annotated[
        str, typer.Argument(help="An input, firm, country or product, by its id.", metavar="INPUT")
    ],
    property: Annotated[
        str,
        typer.Argument(
            help="A property, such as share, grade or market_size; all if not given.",
            metavar="PROPERTY",
        ),
    ] = "",
    thing: Annotated[
        str, typer.Option("--object", help="Only this object, such as country:NL.", metavar="ID")
    ] = "",
    world: WorldOption = "builtin",
) -> None:
    """Show every statement on a property, which one is used, why, and from which source."""
    from chokegraph.cli.data_print import print_reasons
    from chokegraph.world.query import why

    facts = _load(world)
    print_reasons(facts, why(facts, subject, property, object_id=thing))


@data_app.command("gaps")
def gaps_command(world: WorldOption = "builtin", output: FormatOption = Format.table) -> None:
    """List what is not known, or only judged by us, about the inputs that are bought."""
    from chokegraph.cli.data_print import print_frame
    from chokegraph.world.gaps import gaps_frame

    print_frame(gaps_frame(_load(world)), output.value)


@data_app.command("disagreements")
def disagreements_command(
    world: WorldOption = "builtin", output: FormatOption = Format.table
) -> None:
    """List where sources give different figures for the same thing and year."""
    from chokegraph.cli.data_print import print_disagreements, print_frame
    from chokegraph.world.gaps import disagreements, disagreements_frame

    facts = _load(world)
    if output is Format.table:
        print_disagreements(facts, disagreements(facts))
    else:
        print_frame(disagreements_frame(facts), output.value)


@data_app.command("sql")
def sql_command(
    query: Annotated[str, typer.Argument(help="A query, in quotes.", metavar="QUERY")],
    world: WorldOption = "builtin",
    output: FormatOption = Format.table,
) -> None:
    """Ask in SQL over all tables; `shares` and `technology` are views of the figures in use."""
    from chokegraph.cli.data_print import print_frame
    from chokegraph.world.query import sql

    print_frame(sql(_load(world), query), output.value)


@data_app.command("export")
def export_command(
    out: Annotated[Path, typer.Option("--out", help="A new folder.", metavar="DIR")],
    output: Annotated[
        ExportFormat, typer.Option("--format", help="csv is a data package that loads again.")
    ] = ExportFormat.csv,
    world: WorldOption = "builtin",
) -> None:
    """Write the tables to files for other tools."""
    from chokegraph.cli.data_print import print_written
    from chokegraph.world.export import export_world

    print_written(export_world(_load(world), out, format=output.value), out)


@import_app.command("eto")
def import_eto_command(
    folder: Annotated[
        Path, typer.Argument(help="The folder with the release's CSV files.", metavar="DIR")
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Write it as a data package to a new folder.", metavar="DIR"),
    ] = None,
) -> None:
    """Check and summarise a copy of the ETO chip supply-chain dataset.

    Use it as --world eto:DIR. Its licence is CC BY-NC 4.0.
    """
    from chokegraph.cli.data_print import print_summary, print_written
    from chokegraph.world.eto import import_eto
    from chokegraph.world.export import export_world

    facts = import_eto(folder)
    print_summary(facts)
    if out is not None:
        print_written(export_world(facts, out, format="csv"), out)
