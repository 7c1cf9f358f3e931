"""Writes what `services/inference/src/ink/maps/tests.rs` compares with: one synthetic glyph and its maps.

    python golden.py medians.npz services/inference/src/ink/maps/golden.txt
"""

import sys

import numpy as np

import synth


def main():
    pack = np.load(sys.argv[1])
    source, strokes, glyphs = pack["points"].astype(np.float32), pack["strokes"], pack["glyphs"]
    points = np.zeros((synth.POINTS, 2), np.float32)
    starts = np.zeros(synth.STROKES + 1, np.int32)
    maps = np.zeros((synth.MAPS, synth.SIDE, synth.SIDE), np.float32)
    synth.seed(7)
    count = synth.bend(source, strokes, glyphs[1000], glyphs[1001], 1, points, starts, 0.5)
    synth.distort(points, starts[count], 0.5)
    points = np.round(points, 4)
    synth.render(points, starts, count, False, True, maps)
    with open(sys.argv[2], "w") as file:
        for stroke in range(count):
            some = points[starts[stroke] : starts[stroke + 1]]
            file.write("stroke " + " ".join(f"{x:.4f},{y:.4f}" for x, y in some) + "\n")
        for number, plane in enumerate(maps):
            x, y = np.unravel_index(plane.argmax(), plane.shape)[::-1]
            across = (plane * np.arange(synth.SIDE)).sum()
            down = (plane * np.arange(synth.SIDE)[:, None]).sum()
            file.write(f"map {number} {plane.sum():.4f} {across:.3f} {down:.3f} {x} {y} {plane.max():.5f}\n")


if __name__ == "__main__":
    main()
