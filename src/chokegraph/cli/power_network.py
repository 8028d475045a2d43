# SPDX-License-Identifier: Apache-2.0
"""`chokegraph power --network`: power on a network that the user brings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import typer

from chokegraph.chain.networks import read_network
from chokegraph.chain.power.network_show import network_csv, network_json, network_view
from chokegraph.chain.power.on_network import NetworkPower, network_power
from chokegraph.chain.power.parameters import read_assumptions
from chokegraph.chain.power.show import TEXTS
from chokegraph.chain.terminal import print_renderable
from chokegraph.cli.writing import check_folder, write_folder
from chokegraph.errors import Finding, FindingsError
from chokegraph.report.power_curve import draw_network_power


@dataclass(frozen=True)
class NetworkAsked:
    """The options."""

    network: Path | None
    nodes: Path | None
    essentiality: str
    target: str
    coalition: tuple[str, ...]
    horizon: str
    cut: float
    draws: int
    seed: int
    assume: tuple[str, ...]
    products: tuple[str, ...]
    by: str


def run_network(asked: NetworkAsked, output: str, out: Path | None, top: int) -> None:
    """Answer, print and write."""
    found = answer(asked, out)
    if out is not None:
        texts = {
            "power.csv": network_csv(found),
            "power.json": network_json(found) + "\n",
            "power-network.svg": draw_network_power(found),
        }
        write_folder(texts, out, words=TEXTS)
    if output == "csv":
        typer.echo(network_csv(found), nl=False)
    elif output == "json":
        typer.echo(network_json(found))
    else:
        print_renderable(network_view(found, top=top))


def answer(asked: NetworkAsked, out: Path | None) -> NetworkPower:
    """Check the options together, read the network, and answer."""
    check_folder(out, title="power")
    wrong = []
    if asked.network is None:
        wrong.append(Finding("--nodes without --network", fix="give the edges with --network"))
    if asked.products:
        wrong.append(Finding("--product is about the chain, not a network", fix="leave it out"))
    if asked.by != "country":
        wrong.append(Finding("--by firm is about the chain, not a network", fix="leave it out"))
    if wrong or asked.network is None:
        raise FindingsError(wrong, title="power")
    assumptions = read_assumptions(asked.assume)
    network, report = read_network(asked.network, asked.nodes, asked.essentiality)
    for finding in report.findings:
        typer.echo(str(finding), err=True)
    return network_power(
        network,
        asked.target,
        asked.coalition,
        horizon="short" if asked.horizon == "short" else "long",
        cut=asked.cut,
        draws=asked.draws,
        seed=asked.seed,
        assumptions=assumptions,
    )
