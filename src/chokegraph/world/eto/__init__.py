# SPDX-License-Identifier: Apache-2.0
"""Read a user's copy of the ETO Advanced Semiconductor Supply Chain Dataset as a `World`.

The Emerging Technology Observatory (CSET, Georgetown University) publishes it under CC BY-NC 4.0.
It is read from the user's own copy, never bundled. The release is taken as it is, in the current
layout and the older ones:

* a provider may have several rows (aliases); countries and firms stand in one table;
* shares are per cent, with or without the sign; a blank is unknown, a stated zero is a zero;
* `negligible` (oldest layout) bounds a share without giving one;
* "Various countries" and "Various companies" belong to the unknown remainder;
* `goes_into` means that all are needed, `is_type_of` that they are alternatives; one input may
  have both;
* rows that name an input which the release does not define are left out, with a warning.

Each share and market size becomes a `Statement` with the file and line it stands in.
"""

from __future__ import annotations

from pathlib import Path

from chokegraph.errors import FindingsError, errors_only
from chokegraph.world.build import default_year
from chokegraph.world.estimates import selection_table
from chokegraph.world.eto.figures import read_figures
from chokegraph.world.eto.nouns import read_nouns
from chokegraph.world.eto.release import read_release
from chokegraph.world.integrity import cycles
from chokegraph.world.load import FACTS, read_grades_and_properties
from chokegraph.world.model import Source, World
from chokegraph.world.shares import build_shares
from chokegraph.world.tables import Table

__all__ = ["import_eto"]

SOURCE_ID = "eto"


def import_eto(folder: Path | str, *, year: int | None = None) -> World:
    """Read a release of the ETO chip supply-chain dataset.

    Args:
        folder: The folder with inputs, providers, provision, sequence and stages as CSV.
        year: The year to see the shares at; `default_year` when None.

    Returns:
        A world with inputs, chain, countries, firms, shares and market sizes. It has no grades and
        no grade ladders, as the release gives none. What was left out stands in `notes`.

    Raises:
        FindingsError: With every mistake in the files.

    Example:
        >>> try:
        ...     import_eto("no-such-folder")
        ... except FindingsError as error:
        ...     print(error.findings[0].message)
        the folder does not exist
    """
    path = Path(folder)
    release, findings = read_release(path)
    if release is None:
        raise FindingsError(findings, title=f"world eto:{folder}")
    nouns, found = read_nouns(release)
    findings += found
    statements, found = read_figures(release, nouns, SOURCE_ID)
    findings += found
    findings += cycles(
        Table(
            "chain",
            release.tables["sequence"].file,
            {
                "source_id": [link.source for link in nouns.links],
                "target_id": [link.target for link in nouns.links],
            },
            nouns.link_lines,
        )
    )
    if errors_only(findings):
        raise FindingsError(findings, title=f"world eto:{folder}")
    wanted = default_year(statements.values()) if year is None else year
    selected = selection_table(())
    source = Source(
        SOURCE_ID,
        "ETO Advanced Semiconductor Supply Chain Dataset",
        "Emerging Technology Observatory (CSET, Georgetown University)",
        "",
        "",
        "https://chipexplorer.eto.tech",
        release.read_on,
        "CC BY-NC 4.0",
        "no",
        f"{release.layout}; read from a copy of the user's",
        sha256=release.digest,
    )
    grades, properties = read_grades_and_properties(FACTS)
    rows = list(statements.values())
    return World(
        origin=f"eto:{folder}",
        year=wanted,
        version=release.layout,
        data_hash=release.digest,
        inputs=nouns.inputs,
        countries=nouns.countries,
        firms=nouns.firms,
        ladders={},
        links=tuple(nouns.links),
        products=nouns.products,
        routes=nouns.routes,
        needs=nouns.needs,
        country_shares=build_shares(nouns.inputs, rows, selected, nouns.firms, "country", wanted),
        firm_shares=build_shares(nouns.inputs, rows, selected, nouns.firms, "firm", wanted),
        statements=statements,
        sources={SOURCE_ID: source},
        selections=(),
        notes=tuple(str(finding) for finding in findings),
        properties=properties,
        grades=grades,
    )
