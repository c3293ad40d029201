# shellcheck shell=sh
# Sourced. A 32-bit MicroPython has the boards' object sizes, so its heap is an honest measure of theirs. Debian
# packages one; it is unpacked with its libraries beside the system and run through its own loader, without chroot.

mp_cache="${XDG_CACHE_HOME:-$HOME/.cache}/pullcord"
mp_root="$mp_cache/mp"
# All have MicroPython >= 1.25. For some hours after a release, mirrors hand out one suite's index that does not
# fit its signed list; apt rightly refuses it, and the next name of the same archive is as good.
mp_releases="trixie stable testing unstable"
mp_keys=/usr/share/keyrings/debian-archive-keyring.gpg

mp_tree_runs() {
    [ -x "$1/usr/bin/micropython" ] && [ "$("$1/lib/ld-linux.so.2" --library-path "$1/usr/lib/i386-linux-gnu" \
        "$1/usr/bin/micropython" -c 'print(40 + 2)' 2>/dev/null)" = 42 ]
}

micropython_runs() {
    mp_tree_runs "$mp_root" ||
        [ "$("${PULLCORD_MICROPYTHON:-micropython}" -c 'print(40 + 2)' 2>/dev/null)" = 42 ]
}

can_unpack() {
    case $(uname -m) in x86_64 | i?86) [ -n "$(mp_mirror)" ] && [ -r "$mp_keys" ] ;; *) false ;; esac
}

# Where this machine's own apt gets Debian from. On a system that is not Debian, PULLCORD_DEBIAN_MIRROR says it.
mp_mirror() {
    if [ -n "${PULLCORD_DEBIAN_MIRROR:-}" ]; then
        echo "$PULLCORD_DEBIAN_MIRROR"
        return
    fi
    apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(SITE)' 'Created-By: Packages' 2>/dev/null |
        sed -n 's/^Debian|Debian|//p' | head -n 1
}

# Fails, with a line of why, when it cannot. Built beside its place and renamed, so half a tree is never taken for one.
make_micropython() {
    can_unpack || return 1
    mkdir -p "$mp_cache"
    (
        command -v flock >/dev/null && flock 9
        mp_tree_runs "$mp_root" && exit 0 # another clone made it meanwhile
        rm -rf "$mp_root" "$mp_root".new.*
        mp_build "$mp_root.new.$$"
    ) 9>"$mp_cache/mp.lock"
}

mp_build() {
    echo "pullcord: unpacking a 32-bit MicroPython into $mp_root (once for this machine)"
    : >build/micropython.log
    for mp_release in $mp_releases; do
        mkdir -p "$1"
        if mp_unpack "$1" "$mp_release" >>build/micropython.log 2>&1 && mp_tree_runs "$1"; then
            rm -rf "$1/apt"
            mv "$1" "$mp_root"
            return
        fi
        echo "pullcord: not from Debian's $mp_release: $(sed -n 's/^E: //p' build/micropython.log | tail -n 1)" >&2
        rm -rf "$1"
    done
    echo "pullcord: no 32-bit MicroPython could be had (all of it in build/micropython.log)" >&2
    return 1
}

# tree, suite: an apt with its own lists and its own empty system, so the machine's stay as they are.
mp_unpack() {
    mp_tree=$1
    mp_apt="$1/apt"
    mkdir -p "$mp_apt/lists/partial" "$mp_apt/archives/partial"
    : >"$mp_apt/status"
    echo "deb [arch=i386 signed-by=$mp_keys] $(mp_mirror) $2 main" >"$mp_apt/sources.list"
    set -- -q -y -o APT::Architecture=i386 -o APT::Architectures=i386 -o APT::Sandbox::User=root -o Acquire::Retries=3 \
        -o Dir::State="$mp_apt" -o Dir::State::status="$mp_apt/status" -o Dir::Cache="$mp_apt" \
        -o Dir::Etc::sourcelist="$mp_apt/sources.list" -o Dir::Etc::sourceparts=/dev/null \
        -o Dir::Etc::preferencesparts=/dev/null
    apt-get "$@" update || return 1
    apt-get "$@" install --no-install-recommends --download-only micropython || return 1
    for mp_package in "$mp_apt"/archives/*.deb; do
        dpkg-deb -x "$mp_package" "$mp_tree" || return 1
    done
    [ -e "$mp_tree/lib" ] || ln -s usr/lib "$mp_tree/lib"
}
