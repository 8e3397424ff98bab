# Shared by deploy/*.sh: what a fresh Debian or Ubuntu with only a Rust toolchain lacks.

sudo=""
[ "$(id -u)" -eq 0 ] || sudo="sudo"

install_redis() {
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends redis-server >/dev/null
}

# need_redis: installs redis-server unless it is there.
need_redis() {
    command -v redis-server >/dev/null 2>&1 && return
    command -v apt-get >/dev/null 2>&1 || {
        echo "redis-server 6.2 or later is needed and apt-get isn't here to install it: install it by hand and run this again" >&2
        exit 1
    }
    echo "== installing redis-server" >&2
    $sudo apt-get update -qq
    # The packaged service is of no use here (renkei starts its own server). Where nothing forbids it to start, that is forbidden for
    # the time of the installation.
    if [ -e /usr/sbin/policy-rc.d ]; then
        install_redis
    else
        printf '#!/bin/sh\nexit 101\n' | $sudo tee /usr/sbin/policy-rc.d >/dev/null
        $sudo chmod +x /usr/sbin/policy-rc.d
        trap '$sudo rm -f /usr/sbin/policy-rc.d' EXIT
        install_redis
        $sudo rm -f /usr/sbin/policy-rc.d
        trap - EXIT
    fi
}

# need_cc: Rust needs a C linker, ring a C compiler.
need_cc() {
    command -v cc >/dev/null 2>&1 && return
    echo "== installing gcc" >&2
    $sudo apt-get update -qq
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends gcc libc6-dev >/dev/null
}
