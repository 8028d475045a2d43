# SPDX-License-Identifier: Apache-2.0
"""Write the JSON schema of scenario files and their reference page. Run after changing a model."""

from __future__ import annotations

from pathlib import Path

from chokegraph.scenario.schema import reference_page, schema_text

ROOT = Path(__file__).resolve().parents[1]
FILES = {
    ROOT / "schemas" / "scenario.schema.json": schema_text,
    ROOT / "docs" / "reference" / "scenario.md": reference_page,
}

if __name__ == "__main__":
    for path, make in FILES.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(make(), encoding="utf-8")
        print(path.relative_to(ROOT))
