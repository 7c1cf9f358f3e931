"""Makes the golden numbers: what onnxruntime 1.32.0 (PyPI, with numpy 2.4.6) gives for pictures of digits.

make.py FOLDER_OF_MODELS, run in this folder. `tests/it/golden.rs` draws the same pictures and compares.

A file has lines of numbers parted by blanks. The detector's: height, width, and every 16th row's every 16th likelihood.
The reader's: height, width, and for each step the likeliest class and its likelihood."""

import sys

import numpy as np
import onnxruntime

assert onnxruntime.__version__ == "1.32.0"

# Which of its seven bars a digit has: top, left and right above, middle, left and right below, bottom.
DIGITS = ["1110111", "0010010", "1011101", "1011011", "0111010", "1101011", "1101111", "1010010", "1111111", "1111011"]


def bars(size, thick):
    """Left, top, width and height of each bar of a digit `size` high."""
    half, wide = size // 2, size // 2
    return [
        (0, 0, wide, thick),
        (0, 0, thick, half),
        (wide - thick, 0, thick, half),
        (0, half - thick // 2, wide, thick),
        (0, half, thick, half),
        (wide - thick, half, thick, half),
        (0, size - thick, wide, thick),
    ]


def write(picture, text, left, top, size):
    thick = size // 8
    for place, digit in enumerate(text):
        for bar, (x, y, wide, high) in zip(DIGITS[int(digit)], bars(size, thick)):
            if bar == "1":
                x += left + place * size * 3 // 4
                picture[top + y : top + y + high, x : x + wide] = 0


def session(name):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    path = f"{sys.argv[1]}/{name}.onnx"
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def run(session, picture, norm):
    planes = np.stack([(picture / 255 - mean) / deviation for mean, deviation in norm]).astype("f4")
    return session.run(None, {session.get_inputs()[0].name: planes[None]})[0][0]


detector, reader = "ppocrv6-tiny-det", "ppocrv6-tiny-rec"

with open(f"{detector}.txt", "w") as out:
    model = session(detector)
    for height, width in [(96, 320), (192, 320), (384, 640)]:
        picture = np.full((height, width), 255.0)
        write(picture, "20261129", 20, 20, 32)
        write(picture, "314", width // 2, height - 45, 24)
        norm = [(0.485, 0.229), (0.456, 0.224), (0.406, 0.225)]
        sample = run(model, picture, norm)[0][::16, ::16].flatten()
        print(height, width, *(f"{number:.6f}" for number in sample), file=out)

with open(f"{reader}.txt", "w") as out:
    model = session(reader)
    for width, text in [(96, "407"), (160, "27182"), (320, "3141592653"), (424, "98765432101")]:
        picture = np.full((48, width), 255.0)
        write(picture, text, 8, 7, 34)
        steps = run(model, picture, [(0.5, 0.5)] * 3)
        print(48, width, *(f"{step.argmax()} {step.max():.6f}" for step in steps), file=out)
