"""Golden numbers of the vision networks: onnxruntime on the converted files, LiteRT on the originals.

    python3 -m venv ENV && ENV/bin/pip install numpy onnxruntime==1.32.0 ai-edge-litert==2.3.0
    ENV/bin/python vision.py FETCHED ORIGINALS > vision.txt

FETCHED is assets/fetched/models after `cargo xtask assets`. ORIGINALS holds the .tflite files as the manifest names
them, palm-detection-lite.tflite and pose-detection.tflite cut out of their packed files by `part`. A line: network,
output, place, onnxruntime's number, LiteRT's number. The input is made of whole numbers, so that it is the same
everywhere.
"""

import sys
from pathlib import Path

import numpy as np
import onnxruntime
from ai_edge_litert.interpreter import Interpreter

# Network, original, side, what black is.
NETWORKS = [
    ("blazeface-short", "face_detection_short_range", 128, -1),
    ("blazeface-full", "face_detection_full_range", 192, -1),
    ("palm-detection-lite", "palm-detection-lite", 192, 0),
    ("hand-landmark-lite", "hand_landmark_lite", 224, 0),
    ("pose-detection", "pose-detection", 224, -1),
    ("pose-landmark-lite", "pose_landmark_lite", 256, 0),
]
PLACES = 16


def picture(side, black):
    """Planes of triangle waves."""
    rows, columns = np.mgrid[0:side, 0:side]
    planes = []
    for right, down, period in [(5, 3, 61), (3, 7, 83), (2, 11, 97)]:
        wave = np.abs((columns * right + rows * down) % (2 * period) - period)
        planes.append(wave.astype(np.float32) / np.float32(period))
    return np.stack(planes)[None] * np.float32(1 - black) + np.float32(black)


def main():
    fetched, originals = map(Path, sys.argv[1:3])
    for name, original, side, black in NETWORKS:
        planes = picture(side, black)
        session = onnxruntime.InferenceSession(fetched / f"{name}.onnx", providers=["CPUExecutionProvider"])
        ours = session.run(None, {session.get_inputs()[0].name: planes})
        lite = Interpreter(str(originals / f"{original}.tflite"), num_threads=1)
        lite.allocate_tensors()
        lite.set_tensor(lite.get_input_details()[0]["index"], np.ascontiguousarray(planes.transpose(0, 2, 3, 1)))
        lite.invoke()
        theirs = {out["name"]: lite.get_tensor(out["index"]) for out in lite.get_output_details()}
        for at, (out, numbers) in enumerate(zip(session.get_outputs(), ours)):
            other = theirs[out.name].ravel()
            numbers = numbers.ravel()
            places = sorted({*np.linspace(0, numbers.size - 1, PLACES).astype(int), int(np.abs(numbers).argmax())})
            for place in places:
                print(f"{name} {at} {place} {numbers[place]:.7g} {other[place]:.7g}")


main()
