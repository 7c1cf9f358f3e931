"""Writes what `services/inference/src/maths/network/tests.rs` compares with: symbols, and what onnxruntime gives for them.

    python golden.py symbols.onnx services/inference/src/maths/network/golden.txt

The symbols are the first way of `ways.json` for some labels with a fixed wobble; nobody wrote them.
"""

import sys

import numpy as np
import onnxruntime

import hand
import shapes

SHOWN = ["2", "3", "4", "5", "8", "+", "x", "(", "root", "pi", "%", "neq"]


def main():
    network, target = sys.argv[1:3]
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(network, options, providers=["CPUExecutionProvider"])
    ways = {**shapes.WAYS, "root": ["0,.6 .1,.5 .2,1 .35,0 1.6,0"]}
    maps = np.zeros((hand.MAPS, hand.SIDE, hand.SIDE), np.float32)
    out = np.zeros((1, hand.PLANES, hand.SIDE, hand.SIDE), np.float32)
    with open(target, "w") as file:
        for label in SHOWN:
            wide = 0.5 if label == "(" else 1
            strokes = [np.round(stroke * [wide, 1], 3).astype(np.float32) for stroke in shapes.way(ways[label][0], np.random.default_rng(1))]
            starts = np.cumsum([0, *map(len, strokes)]).astype(np.int32)
            hand.folded(np.vstack(strokes), starts, len(strokes), maps, out[0])
            scores = session.run(None, {"maps": out})[0][0]
            file.write(f"symbol {label}\n")
            for stroke in strokes:
                file.write("stroke " + " ".join(f"{x:g},{y:g}" for x, y in stroke) + "\n")
            file.write("scores " + " ".join(f"{score:.4f}" for score in scores) + "\n")


if __name__ == "__main__":
    main()
