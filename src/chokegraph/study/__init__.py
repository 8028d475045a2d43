# SPDX-License-Identifier: Apache-2.0
"""Puts the rooms together: a world and a scenario make a result. The only place that does."""

from chokegraph.study.running import run as run
