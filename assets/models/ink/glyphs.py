"""Reads what the network learns from: strokes of hanzi-writer-data and the skeletons of fonts, as one packed file.

    python glyphs.py hanzi-writer-data/package medians.npz
    python glyphs.py - fonts.npz FONT.ttf ... FOLDER-OF-WOFF2-PARTS ...

Every glyph is a list of polylines in a unit square, y downwards. Strokes of hanzi-writer-data keep their order and
direction; a font has neither, so its polylines are directed as most strokes are written (rightwards, downwards) and
marked as `drawn = 0`.
"""

import io
import json
import sys
from pathlib import Path

import numpy as np
from numba import njit
from PIL import Image, ImageDraw, ImageFont
from skimage.morphology import skeletonize

PUNCTUATION = "。，、？！：；“”‘’（）《》·—…"
ASCII = [chr(code) for code in range(0x21, 0x7F)]
SIDE = 112  # pixels of an em when a font is drawn: thin strokes are then 4 to 10 pixels wide


def gb2312(first_row, last_row):
    found = []
    for row in range(first_row, last_row + 1):
        for cell in range(1, 95):
            try:
                found.append(bytes([0xA0 + row, 0xA0 + cell]).decode("gb2312"))
            except UnicodeDecodeError:
                pass
    return found


LEVEL_1 = gb2312(16, 55)
CLASSES = LEVEL_1 + gb2312(56, 87) + ASCII + list(PUNCTUATION)


def hanzi_writer(folder):
    """Medians by character, in writing order."""
    glyphs = {}
    for character in CLASSES:
        path = Path(folder) / f"{character}.json"
        if len(character.encode("utf-8")) == 3 and path.exists():
            medians = json.loads(path.read_text())["medians"]
            glyphs[character] = [
                np.array([[x / 1024, (900 - y) / 1024] for x, y in median], np.float32) for median in medians
            ]
    return glyphs


@njit(cache=True)
def trace(pixels):
    """Paths between ends and crossings of a skeleton; `starts` are offsets into `out`."""
    height, width = pixels.shape
    degree = np.zeros((height, width), np.int32)
    for y in range(1, height - 1):
        for x in range(1, width - 1):
            if pixels[y, x]:
                for dy in range(-1, 2):
                    for dx in range(-1, 2):
                        if (dy != 0 or dx != 0) and pixels[y + dy, x + dx]:
                            degree[y, x] += 1
    used = np.zeros((height, width), np.uint8)
    out = np.zeros((height * width * 2, 2), np.float32)
    starts = np.zeros(height * width, np.int32)
    spur = np.zeros(height * width, np.uint8)
    size = 0
    paths = 0
    for turn in range(2):  # first from ends and crossings, then closed rings
        for y in range(1, height - 1):
            for x in range(1, width - 1):
                if not pixels[y, x] or degree[y, x] == 0:
                    continue
                if turn == 0 and degree[y, x] == 2:
                    continue
                if turn == 1 and (used[y, x] or degree[y, x] != 2):
                    continue
                for dy in range(-1, 2):
                    for dx in range(-1, 2):
                        ny, nx = y + dy, x + dx
                        if (dy == 0 and dx == 0) or not pixels[ny, nx] or used[ny, nx]:
                            continue
                        if degree[ny, nx] != 2 and (ny * width + nx) < (y * width + x):
                            continue
                        starts[paths] = size
                        begin = size
                        out[size, 0], out[size, 1] = x, y
                        size += 1
                        py, px = y, x
                        while True:
                            out[size, 0], out[size, 1] = nx, ny
                            size += 1
                            if degree[ny, nx] != 2:
                                break
                            used[ny, nx] = 1
                            found = False
                            for sy in range(-1, 2):
                                for sx in range(-1, 2):
                                    ty, tx = ny + sy, nx + sx
                                    if (sy == 0 and sx == 0) or (ty == py and tx == px) or found:
                                        continue
                                    if pixels[ty, tx] and not used[ty, tx]:
                                        py, px = ny, nx
                                        ny, nx = ty, tx
                                        found = True
                            if not found:
                                break
                        ends = (degree[y, x] == 1) + (degree[ny, nx] == 1)
                        spur[paths] = 1 if ends == 1 else 0
                        paths += 1
                        _ = begin
    starts[paths] = size
    return out[:size], starts[: paths + 1], spur[:paths]


def skeleton(font, character):
    """The polylines of one glyph of a font, or None where the font has nothing to show."""
    left, top, right, bottom = font.getbbox(character)
    if right <= left or bottom <= top:
        return None
    picture = Image.new("L", (right - left + 8, bottom - top + 8))
    ImageDraw.Draw(picture).text((4 - left, 4 - top), character, font=font, fill=255)
    ink = np.asarray(picture) > 127
    thin = skeletonize(ink)
    thickness = ink.sum() / max(1, thin.sum())
    points, starts, spur = trace(np.ascontiguousarray(thin).astype(np.uint8))
    lines = []
    for path in range(len(starts) - 1):
        line = points[starts[path] : starts[path + 1]]
        if spur[path] and len(line) < 0.9 * thickness:
            continue
        if len(line) > 6:
            line = np.concatenate([line[:1], line[3:-2:3], line[-1:]])
        first, last = line[0], line[-1]
        # Rightwards and downwards; a falling-left stroke is written from its top.
        if (last - first) @ np.array([0.6, 1.0]) < 0:
            line = line[::-1]
        lines.append((line + np.array([left - 4, top - 4])) / SIDE)
    return [line.astype(np.float32) for line in lines] or None


def pack(sources, path):
    """Writes [(glyphs by character, drawn)] as flat arrays that the generator walks."""
    points, strokes, glyphs, label, drawn = [], [0], [0], [], []
    index = {character: number for number, character in enumerate(CLASSES)}
    total = 0
    for shapes, is_drawn in sources:
        for character, lines in shapes.items():
            for line in lines:
                points.append(line)
                total += len(line)
                strokes.append(total)
            glyphs.append(len(strokes) - 1)
            label.append(index[character])
            drawn.append(is_drawn)
    np.savez_compressed(
        path,
        points=np.concatenate(points).astype(np.float16),
        strokes=np.array(strokes, np.int32),
        glyphs=np.array(glyphs, np.int32),
        label=np.array(label, np.int32),
        drawn=np.array(drawn, np.uint8),
    )


def font_glyphs(path):
    """Skeletons of all our classes that a font file, or a folder with the parts of one, has."""
    from fontTools.ttLib import TTFont

    shapes = {}
    parts = sorted(path.glob("*.woff2")) if path.is_dir() else [path]
    for part in parts:
        known = TTFont(part, fontNumber=0)
        known.flavor = None
        plain = io.BytesIO()
        known.save(plain)
        plain.seek(0)
        font = ImageFont.truetype(plain, SIDE)
        characters = known.getBestCmap()
        for character in CLASSES:
            if ord(character) in characters:
                lines = skeleton(font, character)
                if lines:
                    shapes[character] = lines
    return shapes


def main():
    folder, target, *fonts = sys.argv[1:]
    sources = [(hanzi_writer(folder), 1)] if folder != "-" else []
    for font in fonts:
        shapes = font_glyphs(Path(font))
        print(Path(font).name, len(shapes), flush=True)
        sources.append((shapes, 0))
    pack(sources, target)


if __name__ == "__main__":
    main()
