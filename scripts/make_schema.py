# SPDX-License-Identifier: Apache-2.0
"""Write the schema of scenario files and the reference of scenarios and results."""

from __future__ import annotations

from pathlib import Path

from chokegraph.result import reference as results
from chokegraph.scenario import schema as scenarios

ROOT = Path(__file__).resolve().parents[1]
FILES = {
    ROOT / "schemas" / "scenario.schema.json": scenarios.schema_text,
    ROOT / "docs" / "reference" / "scenario.md": scenarios.reference_page,
    ROOT / "docs" / "reference" / "results.md": results.reference_page,
}

if __name__ == "__main__":
    for path, make in FILES.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(make(), encoding="utf-8")
        print(path.relative_to(ROOT))
