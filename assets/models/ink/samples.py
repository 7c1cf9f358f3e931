"""Writes synthetic ink as `.ink` files for `ink-accuracy`: for choosing weights, never as a proof of accuracy.

    python samples.py PACK.npz TARGET.ink COUNT HURRY [WORDS: a list with counts, for lines of six characters and more]
"""

import sys

import numpy as np

import synth
from glyphs import CLASSES, LEVEL_1


def main():
    pack, target, count, hurry = sys.argv[1:5]
    hurry = float(hurry)
    pack = np.load(pack)
    source, strokes, glyphs = pack["points"].astype(np.float32), pack["strokes"], pack["glyphs"]
    drawn, label = pack["drawn"], pack["label"]
    where = {CLASSES[number]: at for at, number in enumerate(label)}
    random = np.random.default_rng(5)
    synth.seed(5)
    common = [character for character in LEVEL_1 if character in where]
    texts = [random.choice(common) for _ in range(int(count))]
    if len(sys.argv) > 5:
        words = [line.split()[:2] for line in open(sys.argv[5], encoding="utf-8")]
        words = [(word, int(n)) for word, n in words if all(c in where for c in word)]
        shares = np.array([n for _, n in words], float)
        shares /= shares.sum()
        texts = []
        for _ in range(int(count)):
            text = ""
            while len(text) < 6:
                text += words[random.choice(len(words), p=shares)][0]
            texts.append(text)
    points = np.zeros((synth.POINTS, 2), np.float32)
    starts = np.zeros(synth.STROKES + 1, np.int32)
    with open(target, "w", encoding="utf-8") as file:
        for text in texts:
            file.write(f"= {text}\n")
            pen, rise = 0.0, random.normal(0, 0.03)
            for character in text:
                glyph = where[character]
                mood = random.uniform(hurry, min(1.0, hurry + 0.4))
                number = synth.bend(source, strokes, glyphs[glyph], glyphs[glyph + 1], drawn[glyph], points, starts, mood)
                synth.distort(points, starts[number], mood)
                ink = points[: starts[number]] * random.uniform(0.85, 1.15)
                left, right = ink[:, 0].min(), ink[:, 0].max()
                for stroke in range(number):
                    line = ink[starts[stroke] : starts[stroke + 1]]
                    moved = line + [pen - left, rise * pen]
                    file.write(" ".join(f"{100 * x:.1f},{100 * y:.1f}" for x, y in moved) + "\n")
                pen += right - left + random.uniform(0.06, 0.25)


if __name__ == "__main__":
    main()
