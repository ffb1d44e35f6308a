#!/usr/bin/env bash
# Makes the certificates of a cluster's own ports (ClusterTls): deploy/certificates.sh FOLDER [DAYS]
#
# The first call makes the cluster's authority, ca.pem and ca.key, valid for ten years. Each call makes silo.pem with silo.key and gateway.pem
# with gateway.key anew, valid for DAYS (398): for silos, and for gateways. Keep ca.key away from the machines that serve. Replace files
# and restart silos one after the other before they expire; a new authority goes behind the old one in ca.pem first.
set -euo pipefail
case ${1:-} in '' | -*) sed -n '2,6s/^# \{0,1\}//p' "$0"; exit 2 ;; esac
folder=$1 days=${2:-398}
command -v openssl >/dev/null || { echo "deploy/certificates.sh: this needs openssl (apt-get install openssl)." >&2; exit 1; }
umask 077
mkdir -p "$folder"
cd "$folder"

new_key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1"; }
[ -f ca.key ] || {
  new_key ca.key
  openssl req -x509 -new -key ca.key -sha256 -days 3650 -subj "/CN=Zhice cluster authority" -out ca.pem \
    -addext basicConstraints=critical,CA:TRUE,pathlen:0 -addext keyUsage=critical,keyCertSign,cRLSign
}
for name in silo gateway; do
  new_key "$name.key"
  openssl req -new -key "$name.key" -subj "/CN=zhice-$name" | openssl x509 -req -CA ca.pem -CAkey ca.key -sha256 -days "$days" -out "$name.pem" \
    -set_serial "0x$(openssl rand -hex 16)" -extfile <(cat <<END
basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=serverAuth,clientAuth
subjectAltName=DNS:zhice-$name
END
    ) 2>/dev/null
done
echo "$(pwd): ca.pem, silo.pem, gateway.pem and their keys, valid for $days days"
