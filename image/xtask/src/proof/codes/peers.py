"""Reads the pictures of folders by other people's decoders, one line each: decoder, picture, milliseconds, texts in
hexadecimal. Where a folder has a truth.tsv (picture, set, expected text as a JSON string; null where there is no
code, "" where it is not known), its lines are told as the decoder "truth", in every encoding that codes are found in.

peers.py FILE FOLDER ..."""

import json
import os
import sys
import time

import cv2
import pyzbar.pyzbar as zbar
import zxingcpp
from pyzbar.pyzbar import ZBarSymbol

SIDE_MAX = 1280
ENCODINGS = ["utf-8", "gb18030", "shift_jis", "latin-1"]

cv2.setNumThreads(1)
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)

FORMATS = [zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.Code128, zxingcpp.BarcodeFormat.EAN13, zxingcpp.BarcodeFormat.EAN8]
SYMBOLS = [ZBarSymbol.QRCODE, ZBarSymbol.CODE128, ZBarSymbol.EAN13, ZBarSymbol.EAN8]


def of_zxing(gray):
    return [bytes(found.bytes) for found in zxingcpp.read_barcodes(gray, formats=FORMATS)]


def of_zbar(gray):
    return [found.data for found in zbar.decode(gray, symbols=SYMBOLS)]


def of_opencv(detector):
    def read(gray):
        try:
            _, texts, _, _ = detector.detectAndDecodeMulti(gray)
        except (cv2.error, UnicodeDecodeError):
            return []
        return [text.encode() for text in texts if text]

    return read


DECODERS = {
    "zxing-cpp (PyPI)": of_zxing,
    "zbar": of_zbar,
    "OpenCV QRCodeDetector": of_opencv(cv2.QRCodeDetector()),
    "OpenCV ...DetectorAruco": of_opencv(cv2.QRCodeDetectorAruco()),
}


def load(path):
    gray = cv2.imread(path, cv2.IMREAD_GRAYSCALE)
    if gray is None:
        return None
    side = max(gray.shape)
    if side > SIDE_MAX:
        gray = cv2.resize(gray, None, fx=SIDE_MAX / side, fy=SIDE_MAX / side, interpolation=cv2.INTER_AREA)
    return gray


def encoded(text):
    for encoding in ENCODINGS:
        try:
            yield text.encode(encoding).hex()
        except UnicodeEncodeError:
            pass


def truth(folder, out):
    try:
        with open(os.path.join(folder, "truth.tsv"), encoding="utf-8") as lines:
            rows = [line.rstrip("\n").split("\t") for line in lines][1:]
    except FileNotFoundError:
        return
    for row in rows:
        expected = json.loads(row[2])
        if expected == "":
            continue
        expected = expected or ""
        print("truth", row[0], 0, " ".join(sorted(set(encoded(expected)))), sep="\t", file=out)


def read(out, folders):
    for folder in folders:
        truth(folder, out)
        for name in sorted(os.listdir(folder)):
            if not name.lower().endswith((".png", ".jpg", ".jpeg", ".webp")):
                continue
            gray = load(os.path.join(folder, name))
            if gray is None:
                continue
            for decoder, decode in DECODERS.items():
                began = time.thread_time()
                texts = decode(gray)
                spent = (time.thread_time() - began) * 1000
                print(decoder, name, f"{spent:.3f}", " ".join(text.hex() for text in texts), sep="\t", file=out)


if __name__ == "__main__":
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        read(file, sys.argv[2:])
