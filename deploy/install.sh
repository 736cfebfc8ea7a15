#!/bin/sh
# Installs or upgrades intake on Debian 12 or newer, or Ubuntu 24.04 or newer, from the folder that this file lies in.
# Start it as root. Started again it upgrades; it never touches settings, keys or mails that are there.
set -eu

usage() {
    cat <<'TEXT'
usage: deploy/install.sh [--municipality NAME] [--workers N] [--wheels FOLDER]
  --municipality NAME  folder under templates/; of a first installation (default: almere)
  --workers N          how many `intake work` (default: one a core; an upgrade keeps what there is)
  --wheels FOLDER      take packages from this folder only, without a network:
                       python3 -m pip download --require-hashes -r requirements.lock -d FOLDER
TEXT
}

municipality=almere workers="" wheels=""
while [ $# -gt 0 ]; do
    case "$1" in
        --municipality) municipality=$2; shift 2 ;;
        --workers) workers=$2; shift 2 ;;
        --wheels) wheels=$(realpath "$2"); shift 2 ;;
        -h | --help) usage; exit 0 ;;
        *) usage >&2; exit 2 ;;
    esac
done
fail() { echo "install.sh: $*" >&2; exit 2; }

source=$(cd "$(dirname "$0")/.." && pwd)
python=${PYTHON:-/usr/bin/python3}
releases=/opt/intake/releases
current=/opt/intake/current
units=/etc/systemd/system
settings=/etc/intake/intake.toml

[ "$(id -u)" -eq 0 ] || fail "start it as root: sudo sh deploy/install.sh"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
    fail "$python must be Python 3.11 or newer; another one: PYTHON=/path sh deploy/install.sh"
"$python" -c 'import ensurepip' 2>/dev/null || fail "run first: apt-get install python3-venv"
[ -f "$source/templates/$municipality/profile.toml" ] ||
    fail "there is no municipality $municipality under $source/templates"
command -v systemd-creds >/dev/null || fail "systemd-creds is missing: run first: apt-get install systemd"
systemd() { [ ! -d /run/systemd/system ] || systemctl "$@"; }

# 1. Users: `intake` owns all; the page is another one, which shares the database and not the mail's private keys.
getent group intake >/dev/null || groupadd --system intake
for user in intake intake-web; do
    getent passwd "$user" >/dev/null ||
        useradd --system --gid intake --home-dir /var/lib/intake --no-create-home --shell /usr/sbin/nologin "$user"
done

# 2. Folders.
install -d -m 0755 /opt/intake "$releases"
install -d -m 0750 -o root -g intake /etc/intake
install -d -m 0770 -o intake -g intake /var/lib/intake /var/lib/intake-keys
install -d -m 0750 -o intake -g intake /var/lib/intake-mail-keys /var/backups/intake
install -d -m 0700 /etc/credstore.encrypted

# 3. The program, in a folder of its own: the one that runs stays whole until the new one is complete.
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$source/pyproject.toml")
release=$releases/$version-$(date -u +%Y%m%d%H%M%S)
echo "Installing intake $version into $release"
trap 'rm -rf "$release"' EXIT
"$python" -m venv "$release"
offline=""
[ -z "$wheels" ] || offline="--no-index --find-links=$wheels"
# shellcheck disable=SC2086 # no word or two
"$release/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes $offline -r "$source/requirements.lock"
build=$(mktemp -d)
cp -R "$source/intake" "$source/templates" "$source/pyproject.toml" "$source/README.md" "$source/LICENSE" "$build"
"$release/bin/python" -m pip install --quiet --disable-pip-version-check --no-index --no-deps --no-build-isolation "$build"
rm -rf "$build"
chmod -R go=rX "$release"
trap - EXIT

# 4. What is around it.
if [ ! -e "$settings" ]; then
    sed "s/^profile = \"almere\" /profile = \"$municipality\" /" "$source/deploy/intake.toml" >"$settings"
    chown root:intake "$settings"
    chmod 0640 "$settings"
fi
was_running=""
if systemd is-active --quiet intake.target && [ -d /run/systemd/system ]; then was_running=yes; fi
before=$(readlink "$current" || true)
if [ -n "$before" ]; then
    echo "Copying the database to /var/backups/intake"
    /usr/local/bin/intake backup /var/backups/intake
    systemd stop intake.target
fi
ln -sfn "$release" "$current"
install -m 0755 "$source/deploy/command.sh" /usr/local/bin/intake
for unit in "$source"/deploy/systemd/*; do
    if [ -d "$unit" ]; then
        install -d "$units/${unit##*/}"
        install -m 0644 "$unit"/* "$units/${unit##*/}"
    else
        install -m 0644 "$unit" "$units"
    fi
done

# 5. Keys and the database, as the user `intake`. What fails changes nothing, so the old program goes on.
if ! { /usr/local/bin/intake keys create && /usr/local/bin/intake migrate; }; then
    if [ -n "$before" ]; then
        ln -sfn "$before" "$current"
        [ -z "$was_running" ] || systemd start intake.target
        fail "it was not upgraded, for the reason above; the release of before is in its place again"
    fi
    fail "it is not complete, for the reason above: mend that, then start this script again"
fi

# 6. The units: each whose settings give it nothing to do passes itself over.
systemd daemon-reload
enabled=$(find "$units/intake.target.wants" -name 'intake-work@*' 2>/dev/null | wc -l)
[ -n "$workers" ] || [ "$enabled" -gt 0 ] || workers=$(nproc)
for unit in "$source"/deploy/systemd/intake-*.service; do
    unit=${unit##*/}
    case $unit in
        intake-work@.service | intake-backup.service) ;;
        *) systemctl enable --quiet "$unit" ;;
    esac
done
systemctl enable --quiet intake.target intake-backup.timer
if [ -n "$workers" ]; then
    find "$units/intake.target.wants" -name 'intake-work@*' -delete
    for number in $(seq "$workers"); do systemctl enable --quiet "intake-work@$number.service"; done
fi
[ -z "$was_running" ] || systemd start intake.target

if [ -z "$before" ]; then
    cat <<TEXT
Installed. Now: settings in $settings, passwords as README says, then
  sudo intake user add NAME --role clerk
  sudo intake doctor
  sudo systemctl start intake.target
TEXT
else
    echo "Upgraded from ${before##*/}. To go back: docs/operations.md"
fi
