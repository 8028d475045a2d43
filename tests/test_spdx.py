# SPDX-License-Identifier: Apache-2.0
"""Every source file says under which licence it stands, in its first lines."""

import hashlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("src", "tests", "benchmarks", "scripts", "docs", "examples")
KINDS = {".py", ".js", ".css", ".sh"}
BUILT = {"_build", "generated", "__pycache__", "vendor"}
FILES = sorted(
    path
    for folder in FOLDERS
    for path in (ROOT / folder).rglob("*")
    if path.suffix in KINDS and not BUILT & set(path.parts)
)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_licence_in_the_first_lines(path):
    head = path.read_text(encoding="utf-8").splitlines()[:3]
    assert any("SPDX-License-Identifier: Apache-2.0" in line for line in head)


def test_the_licence_is_the_unmodified_apache_text():
    digest = hashlib.sha256((ROOT / "LICENSE").read_bytes()).hexdigest()
    # https://www.apache.org/licenses/LICENSE-2.0.txt
    assert digest == "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"
    assert (ROOT / "LICENSES" / "Apache-2.0.txt").read_bytes() == (ROOT / "LICENSE").read_bytes()
