# SPDX-License-Identifier: Apache-2.0
"""What stops when suppliers, inputs or links fail: a cascade, generalised Leontief production."""
