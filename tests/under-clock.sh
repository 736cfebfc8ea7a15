#!/bin/sh
# Runs a command under another wall clock (UTC): sh tests/under-clock.sh '2028-02-29 12:00' make test
#
# All that it starts sees that clock, also what gets a clean environment or another user: clock.c is compiled
# and named in /etc/ld.so.preload, in a copy of /etc that only this command sees. Needs root and a C compiler.
set -eu

moment="$1"
shift
if [ -z "${CLOCK_FOLDER:-}" ]; then
    CLOCK_FOLDER=$(mktemp -d)
    export CLOCK_FOLDER
    trap 'rmdir "$CLOCK_FOLDER"' EXIT
    unshare --mount sh "$0" "$moment" "$@"
    exit
fi

mount -t tmpfs -o mode=755 clock "$CLOCK_FOLDER"
cp -a /etc "$CLOCK_FOLDER/etc"
start=$(date +%s)
offset=$(($(date -u -d "$moment" +%s) - start))
library="$CLOCK_FOLDER/etc/clock.so"
cc -O2 -Wall -Werror -shared -fPIC -DSTART="$start" -DOFFSET="$offset" -o "$library" "$(dirname "$0")/clock.c"
echo /etc/clock.so >"$CLOCK_FOLDER/etc/ld.so.preload"
mount --bind "$CLOCK_FOLDER/etc" /etc
unset CLOCK_FOLDER
exec "$@"
