# SPDX-License-Identifier: Apache-2.0
"""`chokegraph run`, `compare` and `explain`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class EngineName(StrEnum):
    """What does the arithmetic."""

    auto = "auto"
    numpy = "numpy"
    jax = "jax"


def run_command(
    file: Annotated[Path, typer.Argument(help="The scenario: a YAML file.", metavar="FILE")],
    draws: Annotated[
        int | None,
        typer.Option(
            help="How many draws; those of the scenario if not given.", min=1, metavar="N"
        ),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(help="Seed of the random numbers; that of the scenario.", min=0, metavar="N"),
    ] = None,
    engine: Annotated[
        EngineName, typer.Option(help="JAX where it is installed (auto), or one of the two.")
    ] = EngineName.auto,
    out: Annotated[
        Path | None,
        typer.Option(help="The result folder; results/NAME if not given.", metavar="DIR"),
    ] = None,
    world: Annotated[
        str | None,
        typer.Option(
            help="Other facts than the scenario's: builtin@YEAR or package:DIR[@YEAR].",
            metavar="WORLD",
        ),
    ] = None,
    attribution: Annotated[  # noqa: FBT002 - typer options are keywords on the command line
        bool, typer.Option(help="Run again without each mechanism, on a few draws.")
    ] = True,
    report: Annotated[  # noqa: FBT002 - typer options are keywords on the command line
        bool, typer.Option(help="Write report.html into the result folder.")
    ] = True,
    overwrite: Annotated[  # noqa: FBT002 - typer options are keywords on the command line
        bool, typer.Option(help="Replace a result that is there already.")
    ] = True,
) -> None:
    """Run a scenario against its baseline and save the result.

    Press Ctrl-C once to stop early: what is finished is kept. With fewer draws than asked for there
    is no attribution to mechanisms.
    """
    from chokegraph.cli.progress import watched
    from chokegraph.cli.tables import print_result
    from chokegraph.result.storage import check_target
    from chokegraph.scenario import load_scenario
    from chokegraph.scenario.document import read_document
    from chokegraph.study import run
    from chokegraph.world import load_world

    draft = load_scenario(file)
    folder = out or Path("results") / draft.name
    check_target(folder, overwrite=overwrite)
    facts = load_world(world or draft.world)
    scenario = load_scenario(file, world=facts)
    for remark in scenario.remarks:
        typer.echo(f"warning: {remark}", err=True)
    with watched() as (progress, stopped):
        result = run(
            scenario,
            facts,
            draws=draws,
            seed=seed,
            engine=engine.value,
            attribution=attribution,
            scenario_text=read_document(file).text,
            progress=progress,
            should_stop=stopped,
        )
    result.save(folder, overwrite=overwrite)
    page = folder / "report.html"
    if report:
        from chokegraph.report import write_report

        write_report(result, page)
    print_result(result)
    typer.echo(f"Result: {folder}")
    if report:
        typer.echo(f"Report: {page}")


def compare_command(
    a: Annotated[Path, typer.Argument(help="A result folder.", metavar="A")],
    b: Annotated[Path, typer.Argument(help="Another result folder.", metavar="B")],
    everything: Annotated[  # noqa: FBT002 - typer options are keywords on the command line
        bool, typer.Option("--all", help="Every outcome, not only those of the first table.")
    ] = False,
) -> None:
    """Compare two results: first what differs in what went in, then in what came out.

    Outcomes are compared draw by draw, which needs the same facts, seed, draws and horizon.
    """
    from chokegraph.cli.tables import print_comparison
    from chokegraph.result import compare, load_result

    print_comparison(compare(load_result(a), load_result(b)), everything=everything)


def explain_command(
    folder: Annotated[Path, typer.Argument(help="A result folder.", metavar="DIR")],
    outcome: Annotated[
        str,
        typer.Argument(
            help="An outcome, with its item after a colon: output:dram, lead, sales:US. "
            "`list` names all.",
            metavar="OUTCOME",
        ),
    ] = "list",
) -> None:
    """Walk back from an outcome to mechanisms, access, controls, statements and sources."""
    from chokegraph.cli.tables import print_explanation, print_outcomes
    from chokegraph.result import explain, load_result

    result = load_result(folder)
    if outcome == "list":
        print_outcomes(result)
        return
    print_explanation(explain(result, outcome))
