#!/bin/sh
# Checks this pack. Needs: sh, the POSIX utilities, sha256sum and openssl (1.1.1 or newer).
# Usage: sh verify.sh          exit code 0 and a last line VERIFIED, or 1 and a line FAIL
set -eu
LC_ALL=C
export LC_ALL
cd "$(dirname "$0")"
W=$(mktemp -d)
trap 'rm -rf "$W"' EXIT
trap 'exit 1' HUP INT TERM
NL='
'

die() {
  echo "FAIL  $*"
  exit 1
}
sha() { sha256sum | cut -c1-64; }
# The value of "$1" in the log entry. A quotation mark inside a value is written \", so this pattern
# cannot begin inside one.
fact() { sed -n "s/.*\"$1\":\"\\([^\"\\\\]*\\)\".*/\\1/p" entry.json; }
unbase64() { openssl base64 -d -A; }
# Writes the bytes that $1 names in hexadecimal; portable, and without starting a process.
bytes() {
  h=$1 o=
  while [ -n "$h" ]; do
    r=${h#??}
    v=$((0x${h%"$r"}))
    h=$r
    o=$o\\$((v / 64))$((v / 8 % 8))$((v % 8))
  done
  printf "$o"
}
node() { { printf '\001'; bytes "$1$2"; } | sha; }
signed() { openssl pkeyutl -verify -pubin -inkey "$1" -rawin -in "$2" -sigfile "$3" >"$W/out" 2>&1; }
raw() { openssl pkey -pubin -in "$1" -outform DER | tail -c 32 | od -An -tx1 | tr -d ' \n'; }

# 1. Every file is the one that was packed, and there is no other.
[ -s SHA256SUMS ] || die "there is no SHA256SUMS"
sha256sum -c SHA256SUMS >"$W/sums" 2>"$W/out" || die "$(grep -v ': OK$' "$W/sums" || cat "$W/out")"
here=$(find . -type f | sed 's|^\./||' | grep -v -x -e SHA256SUMS -e SHA256SUMS.sig | sort)
listed=$(cut -c67- SHA256SUMS | sort)
[ "$here" = "$listed" ] || die "the files here are not those that SHA256SUMS lists"
[ "$(wc -l <"$W/sums")" -eq "$(wc -l <SHA256SUMS)" ] || die "SHA256SUMS has lines that list nothing"
echo "ok    files       $(wc -l <SHA256SUMS | tr -d ' ') files are as they were packed"

# 2. The list was signed by the archive that made the pack.
signed keys/pack.pem SHA256SUMS SHA256SUMS.sig || die "SHA256SUMS is not signed by keys/pack.pem"
echo "ok    signed      by the key $(raw keys/pack.pem)"

# 3. The captured bytes are those that the log entry names.
[ "$(sha <record.warc.gz)" = "$(fact warc_sha256)" ] || die "record.warc.gz is not what was logged"
[ "$(sha <page.captured)" = "$(fact payload_sha256)" ] || die "page.captured is not what was logged"
echo "ok    bytes       record.warc.gz and page.captured, $(fact captured), $(fact url)"

# 4. The entry is in the log that the checkpoint describes (RFC 9162, section 2.1.3.2).
h=$({ printf '\000'; cat entry.json; } | sha)
fn=$(cat index) sn=$(($(sed -n 2p checkpoint) - 1))
[ "$fn" -ge 0 ] && [ "$fn" -le "$sn" ] || die "entry $fn is beyond the log"
place=$fn
while read -r p; do
  [ "$sn" -gt 0 ] || die "the proof is too long"
  if [ $((fn & 1)) -eq 1 ] || [ "$fn" -eq "$sn" ]; then
    h=$(node "$p" "$h")
    while [ $((fn & 1)) -eq 0 ] && [ "$fn" -ne 0 ]; do fn=$((fn >> 1)) sn=$((sn >> 1)); done
  else
    h=$(node "$h" "$p")
  fi
  fn=$((fn >> 1)) sn=$((sn >> 1))
done <proof
[ "$sn" -eq 0 ] || die "the proof is too short"
root=$(sed -n 3p checkpoint | unbase64 | od -An -tx1 | tr -d ' \n')
[ "$h" = "$root" ] || die "the entry is not in the log that the checkpoint describes"
echo "ok    log         entry $place of $(sed -n 2p checkpoint), log $(sed -n 1p checkpoint)"

# 5. The checkpoint was signed by the log's key (https://c2sp.org/tlog-checkpoint).
sed '/^$/,$d' checkpoint >"$W/body"
id=$({ sed -n 1p checkpoint; printf '\001'; bytes "$(raw keys/log.pem)"; } | sha | cut -c1-8)
good=
sed '1,/^$/d' checkpoint >"$W/signatures"
while read -r dash name signature; do
  [ "$dash" = "—" ] && [ "$name" = "$(sed -n 1p checkpoint)" ] || continue
  printf %s "$signature" | unbase64 >"$W/line"
  [ "$(head -c 4 "$W/line" | od -An -tx1 | tr -d ' \n')" = "$id" ] || continue
  tail -c +5 "$W/line" >"$W/sig"
  if signed keys/log.pem "$W/body" "$W/sig"; then good=yes; fi
done <"$W/signatures"
[ -n "$good" ] || die "the checkpoint is not signed by keys/log.pem"
echo "ok    checkpoint  signed by the key $(raw keys/log.pem)"

# 6. Where the archive changed its key since, each key signed for the next.
key=keys/log.pem n=1
while [ -f "keys/change-$n.txt" ]; do
  signed "$key" "keys/change-$n.txt" "keys/change-$n.sig" || die "keys/change-$n.txt is not signed"
  key=keys/change-$n.pem
  to=$(sed -n 's/^to [^+]*+[0-9a-f]*+//p' "keys/change-$n.txt" | unbase64 | tail -c 32 |
    od -An -tx1 | tr -d ' \n')
  [ "$to" = "$(raw "$key")" ] || die "keys/change-$n.txt is about another key"
  echo "ok    key         handed over to $to"
  n=$((n + 1))
done
[ "$(raw "$key")" = "$(raw keys/pack.pem)" ] || die "keys/pack.pem is not the archive's key"

# 7. Others saw the checkpoint no later than they say (RFC 3161).
stamps=0
for token in tokens/*.tsr; do
  [ -f "$token" ] || continue
  name=${token%.tsr}
  openssl ts -verify -in "$token" -data checkpoint -CAfile "$name.pem" \
    -attime "$(cat "$name.time")" >"$W/out" 2>&1 || die "$token: $(tail -n 1 "$W/out")"
  openssl ts -reply -in "$token" -text >"$W/text" 2>"$W/out" || die "$token cannot be read"
  echo "ok    time        $(sed -n 's/^Time stamp: //p' "$W/text"), on the word of ${name#tokens/}"
  stamps=$((stamps + 1))
done
[ "$stamps" -gt 0 ] || echo "note  time        no timestamp: only the archive itself says when"

# Once more, by another way than at the beginning: nothing changed, here or in this script.
while read -r sum name; do
  name=${name#\*}
  [ "$(sha <"$name")" = "$sum" ] || die "$name is not as it was packed"
done <SHA256SUMS
echo "Compare the key with what the archive has published: $(raw keys/pack.pem)"
echo "VERIFIED"
