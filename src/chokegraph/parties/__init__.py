# SPDX-License-Identifier: Apache-2.0
"""NAMES: readers of party lists from the user's own download, and matching of names.

No list is bundled. `read_list` reads the files that the United States publish as the Consolidated
Screening List, and a simple layout of one's own; `NameIndex` finds names in them.
"""

from chokegraph.parties.matching import Match, NameIndex
from chokegraph.parties.model import ListEntry, PartyList
from chokegraph.parties.names import normalise
from chokegraph.parties.reading import read_list

__all__ = ["ListEntry", "Match", "NameIndex", "PartyList", "normalise", "read_list"]
