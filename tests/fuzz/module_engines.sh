#!/bin/sh
# module_engines.sh COUNT SEED TRACE REPLAY: runs COUNT random modules with their calls written down by
# the program TRACE, a thousand at a time, and each trace again on the second engine. For `./dev fuzz`.
set -eu
left=$1
seed=$2
trace=$3
replay=$4
folder=$(mktemp -d)
trap 'rm -rf -- "$folder"' EXIT
calls=0
modules=0
while [ "$left" -gt 0 ]; do
    batch=$((left < 1000 ? left : 1000))
    WC_TRACE=$folder/calls.trace "$trace" "$batch" "$seed" 4 >/dev/null
    if ! python3 -B "$replay" "$folder/calls.trace" >"$folder/said"; then
        tail -n 20 "$folder/said"
        echo "repeat: WC_TRACE=calls.trace $trace $batch $seed 4; python3 $replay calls.trace"
        exit 4
    fi
    said=$(tail -n 1 "$folder/said") # "97 modules, 8148 calls (..), 0 differ"
    modules=$((modules + ${said%% modules*}))
    said=${said#* modules, }
    calls=$((calls + ${said%% calls*}))
    left=$((left - batch))
    seed=$((seed + batch))
done
echo "$modules modules, $calls calls: both engines agree"
