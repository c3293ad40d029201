# shellcheck shell=sh
# Sourced. A 32-bit MicroPython has the boards' object sizes, so its heap is an honest measure of theirs. Debian
# packages one; its tree is unpacked beside the system and run through its own loader, without chroot.

mp_cache="${XDG_CACHE_HOME:-$HOME/.cache}/pullcord"
mp_root="$mp_cache/mp"
mp_release=trixie  # the first with MicroPython 1.25

mp_tree_runs() {
    [ -x "$1/usr/bin/micropython" ] && [ "$("$1/lib/ld-linux.so.2" --library-path "$1/usr/lib/i386-linux-gnu" \
        "$1/usr/bin/micropython" -c 'print(40 + 2)' 2>/dev/null)" = 42 ]
}

micropython_runs() {
    mp_tree_runs "$mp_root" ||
        [ "$("${PULLCORD_MICROPYTHON:-micropython}" -c 'print(40 + 2)' 2>/dev/null)" = 42 ]
}

can_debootstrap() {
    case $(uname -m) in x86_64 | i?86) [ -n "$(mp_mirror)" ] ;; *) false ;; esac
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
    can_debootstrap || return 1
    mkdir -p "$mp_cache"
    (
        command -v flock >/dev/null && flock 9
        mp_tree_runs "$mp_root" && exit 0 # another clone made it meanwhile
        mp_remove "$mp_root"
        for mp_left in "$mp_root".new.*; do mp_remove "$mp_left"; done
        mp_build "$mp_root.new.$$"
    ) 9>"$mp_cache/mp.lock"
}

mp_build() {
    echo "pullcord: unpacking a 32-bit MicroPython into $mp_root (once for this machine, about half a minute)"
    if debootstrap --arch=i386 --variant=minbase --include=micropython "$mp_release" "$1" "$(mp_mirror)" \
        >build/debootstrap.log 2>&1 && mp_tree_runs "$1"; then
        rm -rf "$1/var/cache/apt" "$1/var/lib/apt/lists"
        mv "$1" "$mp_root"
        return
    fi
    tail -n 5 build/debootstrap.log >&2
    echo "pullcord: no 32-bit MicroPython could be made (above, all of it in build/debootstrap.log)" >&2
    mp_remove "$1"
    return 1
}

# A debootstrap that was killed may have left /proc mounted in its tree.
mp_remove() {
    [ -e "$1" ] || return 0
    for mp_mount in proc sys dev; do umount "$1/$mp_mount" 2>/dev/null || true; done
    rm -rf --one-file-system "$1"
}
