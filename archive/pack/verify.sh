#!/bin/sh
# Checks this pack. Needs sh, the POSIX utilities, and of each of these lines the first that is here:
#   digests      sha256sum, shasum (macOS), sha256 (BSD), openssl
#   signatures   openssl (3.0 or newer; not LibreSSL), perl (macOS has it), python3
#   times        openssl; one that has no `ts -attime` (LibreSSL) leaves them unchecked, and says so
# Usage: sh verify.sh          exit code 0 and a last line VERIFIED, or 1 and a line FAIL
NL='
' # If Windows' line ends were put into this file, NL has two characters, and every line a comment.
[ ${#NL} -eq 1 ] || { echo "FAIL  files       verify.sh has the line ends of Windows (CRLF): mail, git or an editor converted this pack. What to do: get it again as one ZIP file and unpack that into an empty folder; or run python3 verify.py, which lists what was changed"; exit 1; } #
set -eu
if [ -n "${ZSH_VERSION-}" ]; then emulate sh; fi
LC_ALL=C
export LC_ALL
unset CDPATH
cd -- "$(dirname -- "$0")"
W=$(mktemp -d)
trap 'rm -rf "$W"' EXIT
trap 'exit 1' HUP INT TERM
DO="do not rely on this pack: get it again, as one ZIP file, and unpack that into an empty folder"

# Says what is wrong ($2) in a check ($1) and what to do ($3), and ends.
die() {
  printf 'FAIL  %-11s %s\n' "$1" "$2"
  printf 'What to do: %s\n' "${3:-$DO}"
  exit 1
}
ok() { printf 'ok    %-11s %s\n' "$1" "$2"; }
has() { command -v "$1" >/dev/null 2>&1; }
# "$1" with all that cannot be printed as a question mark.
printable() { printf %s "$1" | tr -c ' -~' '?'; }

if has sha256sum; then sha() { sha256sum | cut -c1-64; }
elif has shasum; then sha() { shasum -a 256 | cut -c1-64; }
elif has sha256; then sha() { sha256 -q; }
elif has openssl; then sha() { openssl dgst -sha256 | sed 's/.* //'; }
else die tools "no program for SHA-256 is here" "install sha256sum, or run python3 verify.py"
fi
if has openssl; then unbase64() { tr -d '\n' | openssl base64 -d -A; }
elif has perl; then unbase64() { perl -MMIME::Base64 -e 'undef $/; print decode_base64(<STDIN>)'; }
else unbase64() { base64 -d; }
fi
hex() { od -An -v -tx1 | tr -d ' \n'; }
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
# The value of "$1" in the log entry (below "$2"). A quotation mark inside a value is written \", so this pattern
# cannot begin inside one.
fact() { sed -n "s/.*\"$1\":\"\\([^\"\\\\]*\\)\".*/\\1/p" "${2-}entry.json"; }
node() { { printf '\001'; bytes "$1$2"; } | sha; }
# The 32 bytes of a public key in PEM.
point() { sed '/-----/d' "$1" | unbase64 | tail -c 32; }
raw() { point "$1" | hex; }

# Ed25519 (RFC 8032, section 5.1.7): is $3 the signature of the key $1 over the file $2?
signed_openssl() {
  openssl pkeyutl -verify -pubin -inkey "$1" -rawin -in "$2" -sigfile "$3" >"$W/out" 2>&1
}
signed_python3() {
  point "$1" >"$W/point"
  python3 -I -c 'import runpy, sys
key, message, signature = (open(name, "rb").read() for name in sys.argv[1:])
sys.exit(not runpy.run_path("verify.py")["is_signed"](key, message, signature))' \
    "$W/point" "$2" "$3" >"$W/out" 2>&1
}
signed_perl() {
  point "$1" >"$W/point"
  perl -e '
    use strict; use Math::BigInt; use Digest::SHA qw(sha512);
    sub number { Math::BigInt->new("0x" . unpack("H*", scalar reverse $_[0])) }
    my ($key, $message, $signature) = map {
      open(my $file, "<", $_) or exit 1; binmode $file; local $/; my $data = <$file>;
      defined $data ? $data : "" } @ARGV;
    exit 1 unless length($key) == 32 and length($signature) == 64;
    my $two = Math::BigInt->new(2);
    my $p = $two->copy->bpow(255) - 19;
    my $order = $two->copy->bpow(252) + "27742317777372353535851937790883648493";
    my $d = Math::BigInt->new(
      "37095705934669439343138083508754565189542113879843219016388785533085940283555");
    my @base = map { Math::BigInt->new($_) }
      "15112221349535400772501151409588531511454012693041857206046113283949847762202",
      "46316835694926478169428394003475163141307993866256225615783033603165251855960";
    sub extended { my ($x, $y) = @_; [$x, $y, Math::BigInt->new(1), $x * $y % $p] }
    sub add {
      my ($q, $r) = @_;
      my $a = ($q->[1] - $q->[0]) * ($r->[1] - $r->[0]) % $p;
      my $b = ($q->[1] + $q->[0]) * ($r->[1] + $r->[0]) % $p;
      my $c = 2 * $q->[3] * $r->[3] % $p * $d % $p;
      my $z = 2 * $q->[2] * $r->[2] % $p;
      my ($e, $f, $g, $h) = ($b - $a, $z - $c, $z + $c, $b + $a);
      [$e * $f % $p, $g * $h % $p, $f * $g % $p, $e * $h % $p];
    }
    my $y = number($key);
    my $odd = $y >= $two->copy->bpow(255) ? 1 : 0;
    $y -= $two->copy->bpow(255) if $odd;
    exit 1 if $y >= $p;
    my $square = ($y * $y - 1) * ($d * $y * $y + 1)->bmodpow($p - 2, $p) % $p;
    my $x = $square->copy->bmodpow(($p + 3) / 8, $p);
    $x = $x * $two->copy->bmodpow(($p - 1) / 4, $p) % $p if ($x * $x - $square) % $p != 0;
    exit 1 if ($x * $x - $square) % $p != 0 or ($x == 0 and $odd);
    $x = $p - $x if ($x->is_odd ? 1 : 0) == $odd;  # the key with its sign turned
    my $s = number(substr $signature, 32);
    exit 1 if $s >= $order;
    my $k = number(sha512(substr($signature, 0, 32) . $key . $message)) % $order;
    my @table = (undef, extended(@base), extended($x, $y));
    $table[3] = add($table[1], $table[2]);
    my @bits = map { ("0" x 256) . substr($_->as_bin, 2) } $s, $k;
    my $sum = extended(Math::BigInt->new(0), Math::BigInt->new(1));
    for my $i (-253 .. -1) {
      $sum = add($sum, $sum);
      my $choice = substr($bits[0], $i, 1) + 2 * substr($bits[1], $i, 1);
      $sum = add($sum, $table[$choice]) if $choice;
    }
    my $inverse = $sum->[2]->copy->bmodpow($p - 2, $p);
    my ($u, $v) = ($sum->[0] * $inverse % $p, $sum->[1] * $inverse % $p);
    $v += $two->copy->bpow(255) if $u->is_odd;
    my $encoded = reverse pack "H*", substr(("0" x 64) . substr($v->as_hex, 2), -64);
    exit($encoded eq substr($signature, 0, 32) ? 0 : 1);
  ' "$W/point" "$2" "$3" >"$W/out" 2>&1
}
# The first tool that knows a signature for good is used: RFC 8032, section 7.1, TEST 2.
printf r >"$W/message"
bytes 92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da >"$W/good"
bytes 085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00 >>"$W/good"
printf -- '-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n' \
  MCowBQYDK2VwAyEAPUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw= >"$W/key"
if has openssl && signed_openssl "$W/key" "$W/message" "$W/good"; then
  signed() { signed_openssl "$@"; }
elif has perl && signed_perl "$W/key" "$W/message" "$W/good"; then
  signed() { signed_perl "$@"; }
elif has python3 && [ -f verify.py ] && signed_python3 "$W/key" "$W/message" "$W/good"; then
  signed() { signed_python3 "$@"; }
else
  die tools "no program here verifies Ed25519 signatures" \
    "install OpenSSL 3 (macOS: brew install openssl), perl or Python 3"
fi

# 1. Every file is the one that was packed, and there is no other. What is no plain file is refused
# before anything is opened.
COMMON="remove it, or unpack the pack's ZIP file again into an empty folder; the archive did not pack it"
link=$(find . -type l | head -n 1)
[ -z "$link" ] || die files "$(printable "${link#./}") is a symbolic link: a pack has none"
odd=$(find . ! -name . -name '*[!-A-Za-z0-9._+]*' | head -n 1)
[ -z "$odd" ] || die files "$(printable "${odd#./}") was added: no file of a pack has such a name" "$COMMON"
odd=$(find . ! -type f ! -type d | head -n 1)
[ -z "$odd" ] || die files "${odd#./} is neither a file nor a folder: a pack has no such thing"
[ -f SHA256SUMS ] || die files "SHA256SUMS is missing"
[ "$(tr -d '\r' <SHA256SUMS | sha)" = "$(sha <SHA256SUMS)" ] ||
  die files "SHA256SUMS has the line ends of Windows (CRLF): mail, git or an editor converted this pack"
[ -z "$(sed -n '/^[0-9a-f]\{64\}  [A-Za-z0-9][-A-Za-z0-9._+]*\(\/[A-Za-z0-9][-A-Za-z0-9._+]*\)*$/!p' SHA256SUMS)" ] ||
  die files "SHA256SUMS has lines that list nothing"
cut -c67- SHA256SUMS >"$W/listed"
[ -s "$W/listed" ] || die files "SHA256SUMS is empty"
problems=
while read -r name; do
  if [ -d "$name" ]; then
    problems="$problems${NL}$name was replaced by a folder"
  elif [ ! -f "$name" ]; then
    problems="$problems${NL}$name is missing"
  elif [ ! -r "$name" ]; then
    problems="$problems${NL}$name cannot be read"
  fi
done <"$W/listed"
if [ -z "$problems" ]; then
  converted=
  while read -r sum name; do
    [ "$(sha <"$name")" = "$sum" ] && continue
    if [ ! -s "$name" ]; then
      problems="$problems${NL}$name is empty"
    elif [ "$(tr -d '\r' <"$name" | sha)" = "$sum" ]; then
      problems="$problems${NL}$name has the line ends of Windows (CRLF)" converted=yes
    else
      problems="$problems${NL}$name is not as it was packed"
    fi
  done <SHA256SUMS
  [ -z "$converted" ] || DO="mail, git or an editor converted line ends: $DO"
fi
[ -z "$problems" ] || die files "$(printf %s "$problems" | sed -e 1d -e '3,$s/^/FAIL  files       /')"
{
  cat "$W/listed"
  sed -n 's|/[^/]*$||p' "$W/listed"
  echo SHA256SUMS
  echo SHA256SUMS.sig
} >"$W/known"
find . ! -name . | sed 's|^\./||' | sort | grep -v -x -F -f "$W/known" >"$W/others" || :
added=
while read -r name; do
  kind=added
  case ${name##*/} in
  .DS_Store | ._?* | [Tt]humbs.db | ehthumbs.db | [Dd]esktop.ini) [ ! -f "$name" ] || kind=known ;;
  esac
  case $name in
  __MACOSX | __MACOSX/*) [ ! -d "$name" ] || kind=known ;;
  esac
  if [ $kind = known ]; then
    printf 'note  %-11s %s\n' files "$name is no part of the pack: a file manager left it here"
  else
    added="$added${NL}$name was added: it is not one of the files that SHA256SUMS lists"
  fi
done <"$W/others"
[ -z "$added" ] || die files "$(printf %s "$added" | sed -e 1d -e '3,$s/^/FAIL  files       /')" "$COMMON"
ok files "$(wc -l <"$W/listed" | tr -d ' ') files are as they were packed"

# 2. The list was signed by the archive that made the pack.
[ -f SHA256SUMS.sig ] || die signed "SHA256SUMS.sig is missing"
signed keys/pack.pem SHA256SUMS SHA256SUMS.sig || die signed "SHA256SUMS is not signed by keys/pack.pem"
ok signed "by the key $(raw keys/pack.pem)"

# 3. The captured bytes are those that the log entry names.
[ "$(sha <record.warc.gz)" = "$(fact warc_sha256)" ] || die bytes "record.warc.gz is not what was logged"
[ "$(sha <page.captured)" = "$(fact payload_sha256)" ] || die bytes "page.captured is not what was logged"
ok bytes "record.warc.gz and page.captured, $(fact captured), $(fact url)"

# 4. The entry is in the log that the checkpoint describes (RFC 9162, section 2.1.3.2). $1: where.
included() {
  h=$({ printf '\000'; cat "$1entry.json"; } | sha)
  fn=$(cat "$1index") sn=$(($(sed -n 2p "$1checkpoint") - 1))
  [ "$fn" -ge 0 ] && [ "$fn" -le "$sn" ] || die log "entry $fn is beyond the log"
  number=$fn
  while read -r p; do
    [ "$sn" -gt 0 ] || die log "the proof is too long"
    if [ $((fn & 1)) -eq 1 ] || [ "$fn" -eq "$sn" ]; then
      node "$p" "$h" >"$W/node"
      while [ $((fn & 1)) -eq 0 ] && [ "$fn" -ne 0 ]; do fn=$((fn >> 1)) sn=$((sn >> 1)); done
    else
      node "$h" "$p" >"$W/node"
    fi
    h=$(cat "$W/node")
    fn=$((fn >> 1)) sn=$((sn >> 1))
  done <"$1proof"
  [ "$sn" -eq 0 ] || die log "the proof is too short"
  root=$(sed -n 3p "$1checkpoint" | unbase64 | hex)
  [ "$h" = "$root" ] || die log "the entry is not in the log that the checkpoint describes"
  ok log "entry $number of $(sed -n 2p "$1checkpoint"), log $(sed -n 1p "$1checkpoint")"
}
# 5. The checkpoint $1 was signed by the log's key $2 (https://c2sp.org/tlog-checkpoint).
checkpoint_signed() {
  sed '/^$/,$d' "$1" >"$W/body"
  id=$({ sed -n 1p "$1"; printf '\001'; bytes "$(raw "$2")"; } | sha | cut -c1-8)
  good=
  sed '1,/^$/d' "$1" >"$W/signatures"
  while read -r dash name signature; do
    [ "$dash" = "—" ] && [ "$name" = "$(sed -n 1p "$1")" ] || continue
    printf %s "$signature" | unbase64 >"$W/line"
    [ "$(head -c 4 "$W/line" | hex)" = "$id" ] || continue
    tail -c +5 "$W/line" >"$W/sig"
    if signed "$2" "$W/body" "$W/sig"; then good=yes; fi
  done <"$W/signatures"
  [ -n "$good" ] || die checkpoint "the checkpoint is not signed by $2"
  ok checkpoint "signed by the key $(raw "$2")"
}
included ""
checkpoint_signed checkpoint keys/log.pem
if [ -f joined/entry.json ]; then # Another archive made the capture: the same by its log.
  for name in id url captured payload_sha256 record_sha256; do
    [ "$(fact $name)" = "$(fact $name joined/)" ] || die joined "the other log has another $name"
  done
  included joined/
  checkpoint_signed joined/checkpoint joined/log.pem
  ok joined "captured by the archive of that log and key"
fi

# 6. Where the archive changed its key since, each key signed for the next.
key=keys/log.pem n=1
while [ -f "keys/change-$n.txt" ]; do
  signed "$key" "keys/change-$n.txt" "keys/change-$n.sig" || die key "keys/change-$n.txt is not signed"
  key=keys/change-$n.pem
  to=$(sed -n 's/^to [^+]*+[0-9a-f]*+//p' "keys/change-$n.txt" | unbase64 | tail -c 32 | hex)
  [ "$to" = "$(raw "$key")" ] || die key "keys/change-$n.txt is about another key"
  ok key "handed over to $to"
  n=$((n + 1))
done
[ "$(raw "$key")" = "$(raw keys/pack.pem)" ] || die key "keys/pack.pem is not the archive's key"

# 7. Others saw the checkpoint no later than they say (RFC 3161).
stamps=0
sed -n 's/\.tsr$//p' "$W/listed" >"$W/tokens"
while read -r name; do
  stamps=$((stamps + 1))
  if ! has openssl; then
    printf 'note  %-11s %s\n' time "$name.tsr is not checked: there is no openssl command here"
    continue
  fi
  if ! openssl ts -verify -in "$name.tsr" -data checkpoint -CAfile "$name.pem" \
    -attime "$(cat "$name.time")" >"$W/out" 2>&1; then
    grep -q -i -e 'unknown option' -e unrecogni -e '^usage' "$W/out" ||
      die time "$name.tsr: $(tail -n 1 "$W/out")"
    # LibreSSL verifies at the present time only: what is past its certificate's end is left open.
    if ! openssl ts -verify -in "$name.tsr" -data checkpoint -CAfile "$name.pem" >"$W/out" 2>&1; then
      printf 'note  %-11s %s\n' time "$name.tsr is not checked: this openssl has no ts -attime"
      continue
    fi
  fi
  openssl ts -reply -in "$name.tsr" -text >"$W/text" 2>"$W/out" || die time "$name.tsr cannot be read"
  ok time "$(sed -n 's/^Time stamp: //p' "$W/text"), on the word of ${name#tokens/}"
done <"$W/tokens"
[ "$stamps" -gt 0 ] || printf 'note  %-11s %s\n' time "no timestamp: only the archive itself says when"

# Once more, by another way than at the beginning: nothing changed, here or in this script.
while read -r sum name; do
  name=${name#\*}
  [ "$(sha <"$name")" = "$sum" ] || die files "$name is not as it was packed"
done <SHA256SUMS
echo "Compare the key with what the archive has published: $(raw keys/pack.pem)"
echo "VERIFIED"
