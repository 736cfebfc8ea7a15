#!/bin/sh
# Installs the real servers and programs that the tests talk to (Debian, Ubuntu). Does nothing when all are there.
set -eu

missing=""
need() { # package, file or command that proves it
    case "$2" in
        /*) ls $2 >/dev/null 2>&1 || missing="$missing $1" ;;
        *) command -v "$2" >/dev/null 2>&1 || PATH="$PATH:/usr/sbin:/sbin" command -v "$2" >/dev/null 2>&1 || missing="$missing $1" ;;
    esac
}
need postgresql "/usr/lib/postgresql/*/bin/initdb"
need dovecot-imapd /usr/lib/dovecot/imap
need dovecot-lmtpd /usr/lib/dovecot/lmtp
need postfix postfix
need swaks swaks
need openssh-server sshd
need openssh-client sftp
need chromium chromium
need libreoffice-writer-nogui soffice
need libreoffice-calc-nogui "/usr/lib/libreoffice/program/libsclo.so"
need python3-uno "/usr/lib/python3/dist-packages/uno.py"
need tesseract-ocr tesseract
need tesseract-ocr-nld "/usr/share/tesseract-ocr/*/tessdata/nld.traineddata"
need qpdf qpdf
need p7zip-full 7z
need gnupg gpg
need openssl openssl
need strace strace
need systemd systemd-analyze
need shellcheck shellcheck
need prometheus promtool
need nginx-light nginx
need gcc cc
need libc6-dev /usr/include/dlfcn.h
need libpango-1.0-0 "/usr/lib/*/libpango-1.0.so.0"
need libpangoft2-1.0-0 "/usr/lib/*/libpangoft2-1.0.so.0"
need fonts-dejavu-core /usr/share/fonts/truetype/dejavu
need fonts-liberation "/usr/share/fonts/truetype/liberation*"
[ -z "$missing" ] && exit 0

as_root=""
if [ "$(id -u)" -ne 0 ]; then as_root="sudo"; fi
echo "Installing for the tests:$missing" >&2
# Servers are started by the tests themselves, in folders of their own: keep the packages from starting theirs.
policy=/usr/sbin/policy-rc.d
made=""
if [ ! -e $policy ]; then
    printf '#!/bin/sh\nexit 101\n' | $as_root tee $policy >/dev/null
    $as_root chmod +x $policy
    made=yes
fi
$as_root apt-get update -qq
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
if [ -n "$made" ]; then $as_root rm -f $policy; fi
