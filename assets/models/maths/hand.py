"""Imitates hands: one shape of `shapes.py` in, the four maps that the network sees out.

The maps are those of `../ink/synth.py` (`render`; in Rust `ink/maps.rs`), a direction and its opposite added: which way
a pen went along a line, and in which order, differs too much among writers of symbols.
"""

import math
import sys
from pathlib import Path

import numpy as np
from numba import njit

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "ink"))
from synth import MAPS, POINTS, SIDE, STROKES, normal, render, resample, smooth, uniform  # noqa: E402

PLANES = 4
STEP = 0.035


@njit(cache=True)
def draw(source, strokes, first, last, leaning, joins, out, starts, have):
    """One shape as somebody writes it, appended to `have` strokes in `out`; answers how many there are now."""
    wild = uniform(0.2, 1.3)
    size = starts[have]
    begin_all = size
    first_own = have
    for stroke in range(first, last):
        if have >= STROKES - 1 or size > POINTS - 400:
            break
        begin = size
        size = resample(source, strokes[stroke], strokes[stroke + 1], STEP, out, size)
        count = size - begin
        if count > 8 and np.random.random() < 0.2:  # begins late or stops early
            size -= int(uniform(0, 0.12) * count)
        if count > 8 and np.random.random() < 0.15:
            skip = int(uniform(0, 0.1) * count)
            for at in range(begin, size - skip):
                out[at, 0], out[at, 1] = out[at + skip, 0], out[at + skip, 1]
            size -= skip
        cx, cy = 0.0, 0.0
        for at in range(begin, size):
            cx += out[at, 0] / (size - begin)
            cy += out[at, 1] / (size - begin)
        turn, longer = 0.07 * wild * normal(), math.exp(0.07 * wild * normal())
        dx, dy = 0.022 * wild * normal(), 0.022 * wild * normal()
        cosine, sine = math.cos(turn) * longer, math.sin(turn) * longer
        for at in range(begin, size):
            x, y = out[at, 0] - cx, out[at, 1] - cy
            out[at, 0] = cx + cosine * x - sine * y + dx
            out[at, 1] = cy + sine * x + cosine * y + dy
        if size - begin > 4 and np.random.random() < 0.25:  # a hook where the pen leaves
            way = math.atan2(out[size - 1, 1] - out[size - 3, 1], out[size - 1, 0] - out[size - 3, 0])
            way += uniform(-2.6, 2.6)
            length = uniform(0.02, 0.14)
            for part in range(1, 4):
                out[size, 0] = out[size - 1, 0] + math.cos(way) * length / 3
                out[size, 1] = out[size - 1, 1] + math.sin(way) * length / 3
                size += 1
        joined = have > first_own and joins and np.random.random() < 0.1
        if not joined:
            have += 1
        starts[have] = size
    rounds = int(uniform(0, 4))
    for stroke in range(first_own, have):
        smooth(out, starts[stroke], starts[stroke + 1], rounds)
    # The whole: proportion, slant, slow waves.
    slant, turn = 0.06 + leaning * normal(), 0.6 * leaning * normal()
    wide = math.exp(0.17 * normal())
    heavy_x, heavy_y = 0.22 * normal(), 0.22 * normal()
    strength = 0.014 * uniform(0.3, 1.8)
    waves = np.zeros((5, 5))
    for wave in range(5):
        waves[wave, 0], waves[wave, 1] = uniform(-7, 7), uniform(-7, 7)
        waves[wave, 2] = uniform(0, 6.283)
        waves[wave, 3], waves[wave, 4] = strength * normal(), strength * normal()
    cosine, sine = math.cos(turn), math.sin(turn)
    shake = 0.004 * uniform(0, 2.5)
    jx, jy = 0.0, 0.0
    for at in range(begin_all, size):
        x, y = out[at, 0], out[at, 1]
        jx, jy = 0.8 * jx + shake * normal(), 0.8 * jy + shake * normal()
        ax = x + heavy_x * x * (1 - x) + jx - 0.5
        ay = y + heavy_y * y * (1 - y) + jy - 0.5
        for wave in range(5):
            value = math.sin(waves[wave, 0] * x + waves[wave, 1] * y + waves[wave, 2])
            ax += waves[wave, 3] * value
            ay += waves[wave, 4] * value
        bx = wide * (ax - slant * ay)
        out[at, 0] = cosine * bx - sine * ay
        out[at, 1] = sine * bx + cosine * ay
    return have


@njit(cache=True)
def box(points, first, last):
    left, top, right, bottom = 1e9, 1e9, -1e9, -1e9
    for at in range(first, last):
        left, right = min(left, points[at, 0]), max(right, points[at, 0])
        top, bottom = min(top, points[at, 1]), max(bottom, points[at, 1])
    return left, top, right, bottom


@njit(cache=True)
def beside(points, starts, one, both, stacked):
    """Moves the second of two symbols beside the first, or below it."""
    left, top, right, bottom = box(points, 0, starts[one])
    l2, t2, r2, b2 = box(points, starts[one], starts[both])
    grown = uniform(0.3, 1.3) if stacked else uniform(0.5, 1.3)
    gap = uniform(-0.08, 0.4)
    if stacked:
        dx = 0.5 * (left + right) - grown * 0.5 * (l2 + r2) + uniform(-0.3, 0.3)
        dy = bottom + gap - grown * t2
    else:
        dx = right + gap - grown * l2
        dy = 0.5 * (top + bottom) - grown * 0.5 * (t2 + b2) + uniform(-0.25, 0.25)
    for at in range(starts[one], starts[both]):
        points[at, 0] = grown * points[at, 0] + dx
        points[at, 1] = grown * points[at, 1] + dy


@njit(cache=True)
def is_straight(points, first, last):
    x, y = points[last - 1, 0] - points[first, 0], points[last - 1, 1] - points[first, 1]
    length, way = math.sqrt(x * x + y * y), 1e-6
    for at in range(first + 1, last):
        way += math.sqrt((points[at, 0] - points[at - 1, 0]) ** 2 + (points[at, 1] - points[at - 1, 1]) ** 2)
    return length / way > 0.9


@njit(cache=True)
def folded(points, starts, count, maps, out):
    render(points, starts, count, False, False, maps)
    for plane in range(PLANES):
        for y in range(SIDE):
            for x in range(SIDE):
                out[plane, y, x] = maps[plane, y, x] + maps[plane + PLANES, y, x]


@njit(cache=True)
def batch(source, strokes, glyphs, label, chosen, second, mode, leaning, joins, out):
    """`mode` 0: as it is; 1: a second symbol beside it; 2: below it; 3: one stroke is missing."""
    points = np.zeros((POINTS, 2), np.float32)
    starts = np.zeros(STROKES + 2, np.int32)
    maps = np.zeros((MAPS, SIDE, SIDE), np.float32)
    for index in range(len(chosen)):
        glyph = chosen[index]
        starts[0] = 0
        count = draw(source, strokes, glyphs[glyph], glyphs[glyph + 1], leaning[label[glyph]], joins[label[glyph]] and mode[index] != 3, points, starts, 0)
        if mode[index] == 3:
            lost = np.random.randint(0, count)
            gone = starts[lost + 1] - starts[lost]
            for at in range(starts[lost], starts[count] - gone):
                points[at, 0], points[at, 1] = points[at + gone, 0], points[at + gone, 1]
            for stroke in range(lost + 1, count):
                starts[stroke] = starts[stroke + 1] - gone
            count -= 1
            if count == 1 and is_straight(points, starts[0], starts[1]):
                mode[index] = 1  # a piece that is a symbol itself is not taught
        if mode[index] == 1 or mode[index] == 2:
            other = second[index]
            both = draw(source, strokes, glyphs[other], glyphs[other + 1], leaning[label[other]], joins[label[other]], points, starts, count)
            beside(points, starts, count, both, mode[index] == 2)
            count = both
        folded(points, starts, count, maps, out[index])


@njit(cache=True)
def plain(source, strokes, glyphs, chosen, out):
    """As it was written, for measuring."""
    points = np.zeros((POINTS, 2), np.float32)
    starts = np.zeros(STROKES + 1, np.int32)
    maps = np.zeros((MAPS, SIDE, SIDE), np.float32)
    for index in range(len(chosen)):
        glyph, size, count = chosen[index], 0, 0
        starts[0] = 0
        for stroke in range(glyphs[glyph], min(glyphs[glyph + 1], glyphs[glyph] + STROKES - 1)):
            for at in range(strokes[stroke], strokes[stroke + 1]):
                if size < POINTS:
                    points[size, 0], points[size, 1] = source[at, 0], source[at, 1]
                    size += 1
            count += 1
            starts[count] = size
        folded(points, starts, count, maps, out[index])


@njit(cache=True)
def seed(value):
    np.random.seed(value)
