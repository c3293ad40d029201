#!/bin/sh
# Makes .venv, and keeps it in step with pyproject.toml and constraints.txt.
# usage: sh .ci/venv.sh run|dev|hardware|fuzz   run: what the programs need; dev: and what checking them needs;
#                                             hardware: and what draws the wiring; fuzz: and what breaks readers
set -eu
cd "$(dirname "$0")/.."
level=${1:-dev}

say() { echo "pullcord: $*"; }
fail() { say "$@" >&2; exit 1; }

# Two `make` at once in one clone take turns.
if [ -z "${PULLCORD_LOCKED:-}" ] && command -v flock >/dev/null; then
    mkdir -p build
    exec env PULLCORD_LOCKED=1 flock build/venv.lock sh "$0" "$level"
fi

find_python() {
    for name in ${PULLCORD_PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
}

make_venv() {
    python=$(find_python)
    here=$(python3 --version 2>/dev/null) || here="no python3 at all"
    [ -n "$python" ] || fail "no Python >= 3.11 here, but $here;" \
        "install one (Debian 12 or newer: apt-get install python3 python3-venv)."
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
        fail "$python has no venv module; install it (Debian: apt-get install python3-venv) and try again."
    say "making .venv with $("$python" --version)"
    rm -rf .venv
    "$python" -m venv .venv || fail "cannot make .venv; what stands above says why."
}

# Shows what pip says only when it fails. A wheel cannot be torn: run again, and it goes on.
pip_install() {
    log=build/pip.log
    .venv/bin/python -m pip --disable-pip-version-check install -q -c constraints.txt "$@" >"$log" 2>&1 || {
        cat "$log" >&2
        fail "pip could not install the packages (above). Is there a way to a package index? Then run the same again."
    }
}

mkdir -p build
wanted="$(cat pyproject.toml constraints.txt | cksum) $(pwd)"
stamp=.venv/pullcord-$level
stubs=build/stubs/pullcord-stamp
is_current() { [ -f "$1" ] && [ "$(cat "$1")" = "$wanted" ]; }

.venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || make_venv

if ! is_current "$stamp"; then
    say "installing the Python packages ($level) into .venv"
    if [ "$level" = run ]; then pip_install -e .; else pip_install -e ".[$level]"; fi
    echo "$wanted" >"$stamp"
    echo "$wanted" >.venv/pullcord-run
fi

if [ "$level" = dev ] && ! is_current "$stubs"; then
    say "installing MicroPython's type stubs into build/stubs"
    rm -rf build/stubs
    pip_install --no-deps --target build/stubs micropython-rp2-stubs micropython-stdlib-stubs
    echo "$wanted" >"$stubs"
fi
