#!/bin/sh
# The main job, offline, on the sample publisher. Prints each command before running it.
set -eu
here=$(dirname "$0")
work=$(mktemp -d)
room=
close() {
    if test -n "$room" && kill "$room" 2>/dev/null; then wait "$room" || :; fi
    rm -rf "$work"
}
trap close EXIT
trap 'exit 0' INT TERM
run() {
    printf '\n$'
    for word in "$@"; do
        case $word in *[!A-Za-z0-9_./:=-]*) printf " '%s'" "$word" ;; *) printf ' %s' "$word" ;; esac
    done
    printf '\n'
    "$@"
}
say() { printf '\n# %s\n' "$*"; }
export ONRECORD_ARCHIVE="$work/archive"

say 'Pack two editions of an invented site into WARC files.'
run python "$here/pack.py" "$work/editions"

say 'Create an archive, and add a source definition.'
run onrecord init
run cp "$here/meridian_panel.toml" "$ONRECORD_ARCHIVE/sources/"

say 'Capture and read the edition of March.'
run onrecord scrape meridian_panel --from "$work/editions/panel-2024-03-05.warc.gz"

say 'Watch a sentence. Then capture the edition of May.'
run onrecord watch quote 'refused entry to the facility'
run onrecord watch to "jsonfeed:$work/alerts.json"
run onrecord scrape meridian_panel --from "$work/editions/panel-2024-05-20.warc.gz"

say 'The sentence was edited. The alert names the captures before and after.'
run onrecord watch check
run onrecord watch news --kind missing

say 'Find a phrase verbatim.'
run onrecord search '"every person held without charge"'

say 'A denial and its opposite are two different phrases (exit code 1: nothing found).'
run onrecord search '"stated that no such facility exists"'
run onrecord search '"stated that such facility exists"' || echo "exit code $?"

say 'List the versions of the edited statement; the status reports the one that is missing.'
run onrecord versions meridian_panel:PD_2024_7
run onrecord diff meridian_panel:PD_2024_7
run onrecord status

say 'Cite the archived copy.'
run onrecord cite meridian_panel:PD_2024_7 --quote 'every person held without charge'
run onrecord cite meridian_panel:PD_2024_7 --style wikipedia --quote 'every person held without charge'

say 'Compare every stored byte with its digest.'
run onrecord verify

say 'Rebuild the catalogue and the index from the WARC files alone.'
run onrecord rebuild

say 'Read the archive in a browser, on this machine only.'
printf '\n$ onrecord serve\n'
onrecord --quiet serve --port 0 --replay-port 0 >"$work/address" &
room=$!
until test -s "$work/address"; do
    kill -0 "$room"
    sleep 1
done
printf 'The reading room is open: %s\n' "$(cat "$work/address")"
if test -t 1; then
    printf 'Ctrl-C closes it and removes the archive of this demo.\n'
    wait "$room" || :
else
    python -c 'import sys, urllib.request as u; print(u.urlopen(sys.argv[1]).status)' "$(cat "$work/address")"
fi
