# SPDX-License-Identifier: Apache-2.0
"""Puts the rooms together: a world and a scenario make a result."""
