# SPDX-License-Identifier: Apache-2.0
"""Section 11: how to do it again, by command line, in Python, and from the scenario itself."""

from __future__ import annotations

from dataclasses import dataclass

from chokegraph.result import Result


@dataclass(frozen=True)
class Reproduce:
    """All that is needed to do a run again."""

    command: str
    python: str
    scenario: str
    facts: tuple[tuple[str, str], ...]


LABELS = (
    ("version", "Chokegraph version"),
    ("git_commit", "Git commit"),
    ("world", "World"),
    ("world_year", "Year of the world"),
    ("world_version", "Version of the data"),
    ("data_sha256", "Hash of the data (SHA-256)"),
    ("scenario_sha256", "Hash of the scenario (SHA-256)"),
    ("seed", "Seed"),
    ("draws", "Draws done"),
    ("draws_asked", "Draws asked"),
    ("engine", "Engine"),
    ("dtype", "Number type"),
    ("quantiles", "Definition of quantiles in the headline"),
    ("python", "Python"),
    ("numpy", "NumPy"),
    ("jax", "JAX"),
    ("started", "Started"),
    ("seconds", "Seconds taken"),
)


def reproduce(result: Result) -> Reproduce:
    """Collect the recipe from the manifest.

    Args:
        result: The result.

    Returns:
        Command line, Python lines, scenario text, and the facts of the run.
    """
    manifest = result.manifest
    name = result.scenario.name
    draws, seed, engine = result.draws, manifest["seed"], manifest["engine"]
    command = f"chokegraph run {name}.yaml --draws {draws} --seed {seed} --engine {engine}"
    python = "\n".join(
        [
            "import chokegraph as cg",
            "",
            f'scenario = cg.load_scenario("{name}.yaml")',
            "world = cg.load_world(scenario.world)",
            f'result = cg.run(scenario, world, draws={draws}, seed={seed}, engine="{engine}")',
            f'cg.write_report(result, "{name}.html")',
        ]
    )
    facts = tuple(
        (label, _fact(manifest[key])) for key, label in LABELS if manifest.get(key) is not None
    )
    return Reproduce(command, python, str(manifest["scenario_text"]), facts)


def _fact(value: object) -> str:
    return f"{value:.1f}" if isinstance(value, float) else str(value)
