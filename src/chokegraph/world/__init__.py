# SPDX-License-Identifier: Apache-2.0
"""Facts: what exists, with sources. A frozen `World`, its checker and its importers."""
