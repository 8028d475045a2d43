# SPDX-License-Identifier: Apache-2.0
"""TECHNOLOGY: what can be built, with which yield, at what cost. Pure functions of arrays.

Nothing here knows a fact or a threshold: both come in as arguments.
"""
