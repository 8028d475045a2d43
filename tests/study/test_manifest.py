# SPDX-License-Identifier: Apache-2.0
"""The manifest names what a run rests on, and misses nothing that was read."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

# A program of its own: here, tables were read and kept before.
WATCHED = """
import json, sys
from pathlib import Path

read = set()

def watch(event, arguments):
    if event == "open" and isinstance(arguments[0], (str, bytes)):
        read.add(arguments[0] if isinstance(arguments[0], str) else arguments[0].decode())

sys.addaudithook(watch)

import chokegraph
from chokegraph import load_scenario, load_world, run

scenario = load_scenario(sys.argv[1], world=load_world("builtin"))
found = run(scenario, load_world("builtin"), draws=4, engine="numpy", attribution=False)
home = Path(chokegraph.__file__).parent
inside = [Path(name) for name in read if Path(name).is_relative_to(home)]
print(json.dumps([
    sorted({one.relative_to(home).as_posix() for one in inside if one.suffix == ".csv"}),
    sorted({one.suffix for one in inside} - {".py", ".pyc"}),
    dict(found.manifest),
]))
"""


def test_every_table_that_a_run_reads_is_in_the_manifest():
    file = ROOT / "examples" / "scenarios" / "quickstart.yaml"
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, str(file)], capture_output=True, text=True, check=True
    )
    read, kinds, manifest = json.loads(done.stdout)
    assert len(read) > 30
    assert set(read) <= set(manifest["tables_sha256"])
    # The law is in files of its own, and the descriptor only gives the facts their version.
    assert set(kinds) <= {".csv", ".yaml", ".json"}
    assert manifest["law"]["scenario"]["version"]
    assert manifest["world_version"]
