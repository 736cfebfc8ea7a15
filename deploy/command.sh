#!/bin/sh
# `intake` for an administrator: with the settings and secrets of the service, as the user that owns its files.
# Started by root it becomes that user, so that no key or database is ever root's.
set -eu
umask 007
INTAKE_SETTINGS=${INTAKE_SETTINGS:-/etc/intake/intake.toml}
export INTAKE_SETTINGS
program=/opt/intake/current/bin/intake

if [ "$(id -un)" = intake ]; then exec "$program" "$@"; fi
if [ "$(id -u)" -ne 0 ]; then
    echo "intake: start it as root or as the user intake: sudo intake $*" >&2
    exit 2
fi

secrets=$(mktemp -d /run/intake-secrets.XXXXXX)
trap 'rm -rf "$secrets"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
for sealed in /etc/credstore.encrypted/intake.*; do
    [ -e "$sealed" ] || continue
    name=${sealed##*/}
    systemd-creds decrypt --name="$name" "$sealed" "$secrets/$name" 2>/dev/null ||
        echo "intake: $sealed does not open, so that setting is empty now" >&2
done
chown -R intake:intake "$secrets"
CREDENTIALS_DIRECTORY=$secrets
LOGNAME=${SUDO_USER:-root} # whom the audit names
export CREDENTIALS_DIRECTORY LOGNAME
runuser -u intake -- "$program" "$@"
