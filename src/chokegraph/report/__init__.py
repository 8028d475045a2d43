# SPDX-License-Identifier: Apache-2.0
"""The report: one self-contained HTML file that can be handed to someone who doubts it."""

from chokegraph.report.write import write_report as write_report
