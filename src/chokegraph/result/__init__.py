# SPDX-License-Identifier: Apache-2.0
"""The answer: labelled arrays, tables, a manifest; saved, loaded, compared, explained."""

from chokegraph.result.comparison import Comparison as Comparison
from chokegraph.result.comparison import compare as compare
from chokegraph.result.core import RUNS as RUNS
from chokegraph.result.core import Result as Result
from chokegraph.result.explanation import Explanation as Explanation
from chokegraph.result.explanation import explain as explain
from chokegraph.result.storage import load_result as load_result
from chokegraph.result.storage import save_result as save_result
from chokegraph.result.tables import COLUMNS as COLUMNS
from chokegraph.result.tables import make_table as make_table
