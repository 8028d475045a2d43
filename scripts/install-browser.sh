#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Install Chromium from the system's own packages, for `make test-browser`. Needs root or sudo.
set -euo pipefail

if command -v chromium >/dev/null || command -v chromium-browser >/dev/null; then
  echo "Chromium is already here: $(command -v chromium || command -v chromium-browser)"
  exit 0
fi
if ! command -v apt-get >/dev/null; then
  echo "No apt-get on this machine. Install Chromium by other means and put it on the PATH." >&2
  exit 1
fi
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  as_root=(sudo)
fi
"${as_root[@]}" apt-get update
"${as_root[@]}" apt-get install -y --no-install-recommends chromium fonts-dejavu-core
