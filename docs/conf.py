# SPDX-License-Identifier: Apache-2.0
"""How the documentation is built: `make docs`. Warnings are errors; nothing is fetched."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "_ext"))

import cli_reference  # noqa: E402
import columns_page  # noqa: E402
import databook  # noqa: E402
import lawbook  # noqa: E402
from sphinx.application import Sphinx  # noqa: E402

from chokegraph._version import __version__  # noqa: E402

project = "Chokegraph"
author = "The Chokegraph developers"
copyright = "The Chokegraph developers. Code and text: Apache-2.0"
release = version = __version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "mathml",
]
html_math_renderer = "mathml"
myst_enable_extensions = ["deflist", "dollarmath", "attrs_inline"]
myst_heading_anchors = 3
myst_links_external_new_tab = False

exclude_patterns = ["_build", "_ext"]

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True
add_module_names = False
python_use_unqualified_type_names = True

nitpicky = True
# Types of other libraries: their documentation is not read at build time (no network).
nitpick_ignore_regex = [
    ("py:.*", r"(dt|np|numpy|npt|xr|xarray|pl|polars|pydantic|jax|ruamel|rich|typer|click)\..*"),
    ("py:.*", r"(NDArray|ArrayLike|FloatArray|BoolArray|IntArray|Words|Array|BaseModel)"),
    ("py:.*", r"(pathlib|collections|typing|datetime|enum|types|os|io|_io)\..*"),
    ("py:.*", r"(Path|Any|Literal|Callable|Iterable|Sequence|Mapping|IntEnum|StrEnum|Enum)"),
    ("py:.*", r"(str|int|float|bool|bytes|object|dict|list|tuple|set|frozenset|None|optional)"),
    ("py:.*", r".*(\.T|_T|TypeVar)"),
    # Imported for type checkers only, since the two rooms below one roof know each other.
    ("py:class", r"(nx\..*|Shock|CascadeResult|RiskTable|By|Source)"),
    # Sphinx cuts `tuple[X, ...]` at the comma and then looks for the first half.
    ("py:class", r"tuple\[~chokegraph\..*"),
    # Types inside a room that it does not hand out: what returns them says what they hold.
    (
        "py:class",
        r"chokegraph\.(chip|rules|response|scenario|study|result|report)\.[a-z_.]+\.[A-Z]\w*",
    ),
]

html_theme = "furo"
html_title = f"Chokegraph {release}"
html_static_path: list[str] = []
html_show_sphinx = False
html_theme_options = {"source_edit_link": "", "navigation_with_keys": True}


def drop_empty_globs(app: Sphinx, page: str, source: list[str]) -> None:
    """Leave out patterns of the first page that no page answers to (yet): no mistake."""
    if page == "index":
        lines = source[0].splitlines()
        kept = [line for line in lines if not _is_pattern(line) or any(HERE.glob(f"{line}.md"))]
        source[0] = "\n".join(kept)


def _is_pattern(line: str) -> bool:
    return line.endswith("*") and " " not in line and not line.startswith("*")


def setup(app: Sphinx) -> None:
    """Write the generated pages before Sphinx looks for pages."""
    generated = HERE / "generated"
    generated.mkdir(exist_ok=True)
    cli_reference.write(generated / "cli.md")
    columns_page.write(generated / "columns.md")
    databook.write(generated)
    lawbook.write(generated)
    app.connect("source-read", drop_empty_globs)
