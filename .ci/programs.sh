#!/bin/sh
# Puts the programs there that the full tests use: Mosquitto, PostgreSQL, Chromium, and a 32-bit MicroPython.
# As root with apt it installs what is missing; otherwise it says how. Under CI=true a missing one is an error.
set -eu
cd "$(dirname "$0")/.."
. .ci/micropython.sh

say() { echo "pullcord: $*"; }
# Its server programs are not on the path; the tests start a cluster of their own.
has_postgresql() { has initdb || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; }
has() { PATH="$PATH:/usr/sbin:/sbin" command -v "$1" >/dev/null; }
can_install() { [ "$(id -u)" = 0 ] && has apt-get; }

install() {
    say "installing $* (apt)"
    log=build/apt.log
    # dpkg waits for another apt that is at work, for up to five minutes.
    if ! {
        apt-get update -q &&
        DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends -o DPkg::Lock::Timeout=300 "$@"
    } >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        say "apt could not install $* (above, all of it in $log)" >&2
    fi
}

missing_packages() {
    has mosquitto || echo mosquitto
    has chromium || echo chromium
    has_postgresql || echo postgresql
}

mkdir -p build
if can_install; then
    packages=$(missing_packages)
    # shellcheck disable=SC2086  # a list of words
    [ -z "$packages" ] || install $packages
    micropython_runs || make_micropython || install micropython
fi

advice=""
for program in mosquitto chromium; do
    has "$program" || advice="$advice $program"
done
has_postgresql || advice="$advice postgresql"
micropython_runs || advice="$advice micropython"
[ -n "$advice" ] || exit 0

say "not here:$advice. Tests that need them are skipped; to have them:" >&2
case $advice in
    *micropython*) say "    sudo make test     (once; or on Debian 13 and newer: sudo apt-get install$advice)" >&2 ;;
    *) say "    sudo apt-get install$advice" >&2 ;;
esac
if [ "${CI:-}" = true ]; then
    say "CI skips nothing, so this is an error." >&2
    exit 1
fi
