"""Writes what `services/inference/src/ink/network/tests.rs` compares with: what onnxruntime gives for the network.

    python scores.py ink.onnx services/inference/src/ink/maps/golden.txt services/inference/src/ink/network/golden.txt

The character is the one of the maps' golden file, drawn by the code from which the network learned; the waves are made
of whole numbers. A line: what goes in, the class, its score.
"""

import sys

import numpy as np
import onnxruntime

import synth

BEST, STEP = 8, 500


def character(path):
    strokes = [line.split()[1:] for line in open(path) if line.startswith("stroke ")]
    points = np.zeros((synth.POINTS, 2), np.float32)
    starts = np.zeros(synth.STROKES + 1, np.int32)
    for number, stroke in enumerate(strokes):
        some = np.array([pair.split(",") for pair in stroke], np.float32)
        starts[number + 1] = starts[number] + len(some)
        points[starts[number] : starts[number + 1]] = some
    maps = np.zeros((synth.MAPS, synth.SIDE, synth.SIDE), np.float32)
    synth.render(points, starts, len(strokes), False, True, maps)
    return maps


def waves():
    plane, row, column = np.mgrid[0 : synth.MAPS, 0 : synth.SIDE, 0 : synth.SIDE]
    return (np.abs((plane * 11 + row * 3 + column * 5) % 62 - 31) / np.float32(31)).astype(np.float32)


def main():
    network, strokes, target = sys.argv[1:4]
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(network, options, providers=["CPUExecutionProvider"])
    with open(target, "w") as file:
        for name, maps in (("character", character(strokes)), ("waves", waves())):
            scores = session.run(None, {"maps": maps[None]})[0][0]
            best = np.argsort(-scores)[:BEST].tolist()
            for at in best + list(range(0, len(scores), STEP)):
                file.write(f"{name} {at} {scores[at]:.5f}\n")


if __name__ == "__main__":
    main()
