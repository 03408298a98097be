#!/bin/sh
# Usage: tools/need.sh venv|bwrap|chromium|postgresql ...
# Makes sure that these are there: as root through apt, else by saying in one line what to install.
set -eu

have() {
    case "$1" in
        venv) python3 -c 'import ensurepip, venv' 2>/dev/null ;;
        postgresql) ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 ;;
        *) command -v "$1" >/dev/null ;;
    esac
}

packages_of() {
    case "$1" in
        venv) echo python3 python3-venv ;;
        bwrap) echo bubblewrap ;;
        chromium) echo chromium fonts-dejavu-core ;;
        postgresql) echo postgresql ;;
        *) echo "tools/need.sh: unknown need $1" >&2 && exit 2 ;;
    esac
}

packages=
for need in "$@"; do
    have "$need" || packages="$packages $(packages_of "$need")"
done
[ -n "$packages" ] || exit 0

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "missing system packages: please install$packages, then run make again" >&2
    exit 1
fi
echo "installing$packages"
apt-get update -qq
# shellcheck disable=SC2086  the names are words on purpose
DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $packages >/dev/null
