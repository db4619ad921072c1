#!/bin/sh
# SPDX-FileCopyrightText: The Waypoint authors
# SPDX-License-Identifier: GPL-3.0-or-later
# A MIME description is valid if the database made of it knows both types by their file names.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/packages"
cp "$2" "$folder/packages/waypoint.xml"
"$1" "$folder"
grep -q 'application/x-pytorch-checkpoint:.*\.pth$' "$folder/globs2"
grep -q 'application/x-safetensors:.*\.safetensors$' "$folder/globs2"
