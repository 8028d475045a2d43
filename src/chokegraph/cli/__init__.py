# SPDX-License-Identifier: Apache-2.0
"""The command line: thin; each command calls one public function.

Only the commands' signatures are imported here; a command imports what it needs when it runs, so
that `chokegraph --help` answers at once.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from chokegraph._version import __version__
from chokegraph.cli.cascade import cascade_command
from chokegraph.cli.chip import chip_app
from chokegraph.cli.coalitions import coalitions_command
from chokegraph.cli.data import data_app
from chokegraph.cli.determine import determine_command
from chokegraph.cli.map import map_command
from chokegraph.cli.power import power_command
from chokegraph.cli.rules import rules_app
from chokegraph.cli.run import compare_command, explain_command, run_command
from chokegraph.errors import FindingsError

app = typer.Typer(
    name="chokegraph",
    help="What-if analysis of semiconductor export controls, from sourced facts. "
    "Not legal advice, not a forecast.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.command("run")(run_command)
app.command("compare")(compare_command)
app.command("explain")(explain_command)
app.command("map")(map_command)
app.command("coalitions")(coalitions_command)
app.command("power")(power_command)
app.command("determine")(determine_command)
app.command("cascade")(cascade_command)
app.add_typer(chip_app, name="chip")
app.add_typer(data_app, name="data")
app.add_typer(rules_app, name="rules")


def _print_version(*, wanted: bool) -> None:
    if wanted:
        typer.echo(f"chokegraph {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[  # noqa: FBT002 - typer options are keywords on the command line
        bool,
        typer.Option(
            "--version",
            help="Show the version and end.",
            is_eager=True,
            callback=lambda value: _print_version(wanted=value),
        ),
    ] = False,
) -> None:
    """What-if analysis of semiconductor export controls, from sourced facts.

    Not legal advice, not a forecast.
    """


def main() -> None:
    """Run the command line; findings are printed in full and end with exit code 2."""
    try:
        app()
    except FindingsError as error:
        print(error, file=sys.stderr)  # noqa: T201 - the command line speaks to the terminal
        sys.exit(2)
    except BrokenPipeError:
        # The reader (head, less) has gone: end quietly, as Unix tools do.
        sys.stderr.close()
        sys.exit(0)
