#!/bin/sh
# What `equerry fleet update` runs on a device, sent to it over SSH by updating.py:  sh -c "$(cat there.sh)" fleet STEP …
#   has NAME SHA256             whether the archive is there, whole
#   copy NAME SHA256 KIB        the archive, from the standard input; KIB must be free
#   begin VERSION COMMAND…      the update, so that it outlives the connection
#   look                        how far it is: none, going, trial (of a device with two slots), or ended with its status and its last words
# In the folder: the archive, `going` (locked while an update goes on), `wanted` (its version), `log`, `ended` (its exit status).
set -u
umask 077
die() {
    echo "$1" >&2
    exit 1
}
whole() { [ -f "$1" ] && [ "$(sha256sum < "$1")" = "$2  -" ]; }
going() { ! flock -n going true; }

mkdir -p "$HOME/.equerry-fleet" || die "the home of whoever logs in can't be written: $HOME"
cd "$HOME/.equerry-fleet" || exit
if ! command -v flock > /dev/null || ! command -v setsid > /dev/null; then die "util-linux is missing there"; fi
touch going
step=$1
shift
case $step in
    has) whole "$1" "$2" ;;
    copy)
        free=$(df -Pk . | awk 'NR == 2 { print $4 }')
        [ "$free" -gt "$3" ] || die "only $free KiB are free in $PWD, and $3 are needed: make room there"
        rm -f ./*.part
        cat > "$1.part"
        if ! whole "$1.part" "$2"; then
            rm "$1.part"
            die "$1 did not come whole: try again"
        fi
        mv "$1.part" "$1"
        ;;
    begin)
        if going; then
            echo "going $(cat wanted)"
            exit
        fi
        rm -f ended
        echo "$1" > wanted
        shift
        # shellcheck disable=SC2016  # for the shell that goes on
        setsid -f flock -o going sh -c '"$@" > log 2>&1 < /dev/null; echo $? > ended.new; mv ended.new ended' update "$@" \
            > /dev/null 2>&1 < /dev/null
        until [ -f ended ] || going; do sleep 0.1; done
        echo begun
        ;;
    look)
        if going; then
            echo "going $(cat wanted)"
        elif [ "$(systemctl is-active equerry-slot-check.service 2> /dev/null)" = activating ]; then
            echo trial
        elif [ -f ended ]; then
            echo "ended $(cat ended)"
            tail -n 20 log
        else
            echo none
        fi
        ;;
esac
