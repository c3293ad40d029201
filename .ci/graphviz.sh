#!/bin/sh
# Graphviz, which WireViz draws with, and the font of the drawings. As root with apt it is installed; otherwise this
# says how, and fails: without it there is no drawing.
set -eu
cd "$(dirname "$0")/.."

say() { echo "pullcord: $*"; }
has_font() { command -v fc-list >/dev/null && fc-list | grep -q "Liberation Sans"; }
is_there() { command -v dot >/dev/null && has_font; }

is_there && exit
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    mkdir -p build
    say "installing graphviz fonts-liberation fontconfig (apt)"
    {
        apt-get update -q &&
        DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends -o DPkg::Lock::Timeout=300 \
            graphviz fonts-liberation fontconfig
    } >build/apt.log 2>&1 || tail -n 20 build/apt.log >&2
fi
is_there || {
    say "Graphviz or its font is not here; to have them: sudo apt-get install graphviz fonts-liberation fontconfig" >&2
    exit 1
}
