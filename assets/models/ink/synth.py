"""Imitates hurried handwriting: one glyph in, eight direction maps and one map of pen-up moves out.

`render` is the exact twin of the Rust module `ink/maps.rs`: what the network sees on a board is what it learned from.
"""

import math

import numpy as np
from numba import njit

SIDE = 32  # of a map
MAPS = 9  # eight directions of the moving pen, and where it moved lifted
POINTS = 4096  # of one synthetic glyph, at most
STROKES = 96
STEP = 0.025  # of the unit square between two points while a glyph is bent


@njit(cache=True)
def normal():
    return np.random.normal()


@njit(cache=True)
def uniform(low, high):
    return low + (high - low) * np.random.random()


@njit(cache=True)
def resample(points, first, last, step, out, size):
    """Appends a polyline at even steps to `out`; answers the new size."""
    out[size, 0] = points[first, 0]
    out[size, 1] = points[first, 1]
    size += 1
    for index in range(first + 1, last):
        x0, y0 = points[index - 1, 0], points[index - 1, 1]
        x1, y1 = points[index, 0], points[index, 1]
        length = math.sqrt((x1 - x0) ** 2 + (y1 - y0) ** 2)
        parts = max(1, int(length / step + 0.5))
        for part in range(1, parts + 1):
            if size >= POINTS - 1:
                return size
            share = part / parts
            out[size, 0] = x0 + (x1 - x0) * share
            out[size, 1] = y0 + (y1 - y0) * share
            size += 1
    return size


@njit(cache=True)
def smooth(points, first, last, times):
    """Rounds corners; both ends stay where they are."""
    for _ in range(times):
        px, py = points[first, 0], points[first, 1]
        for index in range(first + 1, last - 1):
            x, y = points[index, 0], points[index, 1]
            points[index, 0] = 0.25 * px + 0.5 * x + 0.25 * points[index + 1, 0]
            points[index, 1] = 0.25 * py + 0.5 * y + 0.25 * points[index + 1, 1]
            px, py = x, y


@njit(cache=True)
def without_hook(points, first, last):
    """Where a stroke would end if its hook were left out."""
    count = last - first
    if count < 8:
        return last
    back = max(2, min(7, count // 4))
    turn = last - 1 - back
    ax = points[last - 1, 0] - points[turn, 0]
    ay = points[last - 1, 1] - points[turn, 1]
    bx = points[turn, 0] - points[turn - 3, 0]
    by = points[turn, 1] - points[turn - 3, 1]
    lengths = math.sqrt((ax * ax + ay * ay) * (bx * bx + by * by)) + 1e-9
    if (ax * bx + ay * by) / lengths < 0.2:
        return turn + 1
    return last


@njit(cache=True)
def bend(source, strokes, first_stroke, last_stroke, drawn, out, starts, hurry):
    """One glyph as one writer in one mood writes it; answers how many strokes it has now."""
    count = min(last_stroke - first_stroke, STROKES - 1)
    order = np.arange(count)
    if drawn and count > 2 and np.random.random() < 0.15:
        for _ in range(1 + int(count > 8)):
            swap = np.random.randint(0, count - 1)
            order[swap], order[swap + 1] = order[swap + 1], order[swap]
    # Parts of a character are shifted and scaled together: runs of strokes that follow each other.
    loose = 1.0 if drawn else 0.25
    wild = uniform(0.3, 1.3) * (0.6 + 0.7 * hurry) * loose
    cut1 = np.random.randint(1, count) if count > 3 else count
    cut2 = np.random.randint(1, count) if count > 6 else count
    part = np.zeros((3, 6))
    for index in range(3):
        part[index, 0] = 1 + 0.10 * wild * normal()
        part[index, 1] = 1 + 0.10 * wild * normal()
        part[index, 2] = 0.025 * wild * normal()
        part[index, 3] = 0.025 * wild * normal()
        part[index, 4] = 0.05 * wild * normal()
        part[index, 5] = 0.05 * wild * normal()
    rough = np.zeros((POINTS, 2), np.float32)
    own = np.zeros(STROKES + 1, np.int32)
    size = 0
    kept = 0
    drop_hooks = np.random.random() < 0.25 + 0.5 * hurry
    for turn in range(count):
        stroke = first_stroke + order[turn]
        begin = size
        size = resample(source, strokes[stroke], strokes[stroke + 1], STEP, rough, size)
        if drawn:
            if drop_hooks and np.random.random() < 0.8:
                size = without_hook(rough, begin, size)
            length = size - begin
            # Hurried pens begin late and stop early.
            if length > 6 and np.random.random() < 0.3:
                size -= int(uniform(0, 0.22) * length)
            if length > 6 and np.random.random() < 0.2:
                skip = int(uniform(0, 0.18) * length)
                for index in range(begin, size - skip):
                    rough[index, 0] = rough[index + skip, 0]
                    rough[index, 1] = rough[index + skip, 1]
                size -= skip
            if size - begin < 9 and count > 5 and np.random.random() < 0.02 + 0.04 * hurry:
                size = begin  # a dot is forgotten
                continue
        which = int(order[turn] >= cut1) + int(order[turn] >= cut2)
        cx, cy = 0.0, 0.0
        for index in range(begin, size):
            cx += rough[index, 0]
            cy += rough[index, 1]
        cx /= size - begin
        cy /= size - begin
        angle = 0.09 * wild * normal()
        longer = math.exp(0.12 * wild * normal())
        dx, dy = 0.016 * wild * normal(), 0.016 * wild * normal()
        cosine, sine = math.cos(angle) * longer, math.sin(angle) * longer
        bow = 0.035 * wild * normal()
        n = size - begin
        sx = rough[size - 1, 0] - rough[begin, 0]
        sy = rough[size - 1, 1] - rough[begin, 1]
        for index in range(begin, size):
            arch = math.sin(math.pi * (index - begin) / max(1, n - 1)) * bow
            x = rough[index, 0] - cx - sy * arch
            y = rough[index, 1] - cy + sx * arch
            u = cx + cosine * x - sine * y + dx - 0.5
            v = cy + sine * x + cosine * y + dy - 0.5
            rough[index, 0] = 0.5 + part[which, 0] * u + part[which, 4] * v + part[which, 2]
            rough[index, 1] = 0.5 + part[which, 1] * v + part[which, 5] * u + part[which, 3]
        own[kept] = begin
        kept += 1
        own[kept] = size
    # Strokes run into each other where the pen is not lifted.
    result = 0
    size = 0
    starts[0] = 0
    for stroke in range(kept):
        joined = False
        if stroke > 0 and drawn:
            x0, y0 = out[size - 1, 0], out[size - 1, 1]
            x1, y1 = rough[own[stroke], 0], rough[own[stroke], 1]
            gap = math.sqrt((x1 - x0) ** 2 + (y1 - y0) ** 2)
            if np.random.random() < hurry * (0.12 + 0.75 * math.exp(-gap / 0.25)):
                joined = True
                parts = max(1, int(gap / STEP))
                bow = 0.12 * normal()
                for step in range(1, parts):
                    if size >= POINTS - 1:
                        break
                    share = step / parts
                    arch = math.sin(math.pi * share) * bow
                    out[size, 0] = x0 + (x1 - x0) * share - (y1 - y0) * arch
                    out[size, 1] = y0 + (y1 - y0) * share + (x1 - x0) * arch
                    size += 1
            elif np.random.random() < 0.35 * hurry and gap < 0.6:
                # The pen leaves the board on its way to the next stroke, or touches it too early.
                share = uniform(0.1, 0.5)
                parts = int(gap * share / STEP)
                late = np.random.random() < 0.6
                if late:
                    for step in range(1, parts):
                        if size >= POINTS - 1:
                            break
                        out[size, 0] = x0 + (x1 - x0) * share * step / parts
                        out[size, 1] = y0 + (y1 - y0) * share * step / parts
                        size += 1
                    starts[result] = size
                else:
                    for step in range(parts, 0, -1):
                        if size >= POINTS - 1:
                            break
                        out[size, 0] = x1 + (x0 - x1) * share * step / parts
                        out[size, 1] = y1 + (y0 - y1) * share * step / parts
                        size += 1
        for index in range(own[stroke], own[stroke + 1]):
            if size >= POINTS - 1:
                break
            out[size, 0] = rough[index, 0]
            out[size, 1] = rough[index, 1]
            size += 1
        if not joined:
            result += 1
        starts[result] = size
    rounds = int(uniform(0, 2.0 + 9.0 * hurry * hurry)) if drawn else int(uniform(1, 4))
    for stroke in range(result):
        smooth(out, starts[stroke], starts[stroke + 1], rounds)
    return result


@njit(cache=True)
def distort(points, size, hurry):
    """Slant, proportion, and slow waves over the whole glyph."""
    rise = 0.10 + 0.12 * normal()
    slant = 0.16 * normal()
    turn = 0.06 * normal()
    wide = math.exp(0.18 * normal())
    heavy_x, heavy_y = 0.28 * normal(), 0.28 * normal()
    strength = (0.010 + 0.014 * hurry) * uniform(0.5, 1.8)
    waves = np.zeros((6, 5))
    for index in range(6):
        waves[index, 0] = uniform(-7, 7)
        waves[index, 1] = uniform(-7, 7)
        waves[index, 2] = uniform(0, 6.283)
        waves[index, 3] = strength * normal()
        waves[index, 4] = strength * normal()
    cosine, sine = math.cos(turn), math.sin(turn)
    for index in range(size):
        x = min(1.3, max(-0.3, points[index, 0]))
        y = min(1.3, max(-0.3, points[index, 1]))
        ax = x + heavy_x * x * (1 - x)
        ay = y + heavy_y * y * (1 - y)
        for wave in range(6):
            value = math.sin(waves[wave, 0] * x + waves[wave, 1] * y + waves[wave, 2])
            ax += waves[wave, 3] * value
            ay += waves[wave, 4] * value
        ax -= 0.5
        ay -= 0.5
        bx = wide * (ax - slant * ay)
        by = ay - rise * ax
        points[index, 0] = cosine * bx - sine * by
        points[index, 1] = sine * bx + cosine * by


@njit(cache=True)
def fit(points, starts, count, frame):
    """Centre and half width of the ink by its moments; frame = (centre x, centre y, scale x, scale y)."""
    total, mx, my = 1e-6, 0.0, 0.0
    for stroke in range(count):
        for index in range(starts[stroke] + 1, starts[stroke + 1]):
            x0, y0 = points[index - 1, 0], points[index - 1, 1]
            x1, y1 = points[index, 0], points[index, 1]
            length = math.sqrt((x1 - x0) ** 2 + (y1 - y0) ** 2) + 1e-6
            total += length
            mx += length * 0.5 * (x0 + x1)
            my += length * 0.5 * (y0 + y1)
    mx /= total
    my /= total
    vx, vy = 1e-9, 1e-9
    for stroke in range(count):
        for index in range(starts[stroke] + 1, starts[stroke + 1]):
            x0, y0 = points[index - 1, 0], points[index - 1, 1]
            x1, y1 = points[index, 0], points[index, 1]
            length = math.sqrt((x1 - x0) ** 2 + (y1 - y0) ** 2) + 1e-6
            dx = 0.5 * (x0 + x1) - mx
            dy = 0.5 * (y0 + y1) - my
            # A piece reaches to both sides of its middle.
            vx += length * (dx * dx + (x1 - x0) ** 2 / 12)
            vy += length * (dy * dy + (y1 - y0) ** 2 / 12)
    sx, sy = math.sqrt(vx / total), math.sqrt(vy / total)
    # A narrow glyph stays narrow, but less so than it was written.
    longer = max(sx, sy)
    ratio = min(sx, sy) / longer
    shorter = longer * ratio / math.sqrt(math.sin(0.5 * math.pi * ratio))
    shorter = max(shorter, 0.2 * longer)
    frame[0], frame[1] = mx, my
    if sx >= sy:
        frame[2], frame[3] = longer, max(shorter, 1e-6)
    else:
        frame[2], frame[3] = max(shorter, 1e-6), longer


@njit(cache=True)
def squeeze(offset):
    """Maps an offset in deviations to [0, 1]: even in the middle, ever narrower outside."""
    return 0.5 + 0.5 * math.tanh(offset / 2.1)


@njit(cache=True)
def splat(plane, x, y, weight):
    u = x * SIDE - 0.5
    v = y * SIDE - 0.5
    left = int(math.floor(u))
    top = int(math.floor(v))
    fx, fy = u - left, v - top
    for dy in range(2):
        for dx in range(2):
            px, py = left + dx, top + dy
            if 0 <= px < SIDE and 0 <= py < SIDE:
                share = (fx if dx else 1 - fx) * (fy if dy else 1 - fy)
                plane[py, px] += weight * share


@njit(cache=True)
def line(maps, x0, y0, x1, y1, lifted, folded):
    """Lays one straight move into the maps of its two nearest directions."""
    length = math.sqrt((x1 - x0) ** 2 + (y1 - y0) ** 2) * SIDE
    if length < 1e-6:
        return
    angle = math.atan2(y1 - y0, x1 - x0) / (math.pi / 4)
    if angle < 0:
        angle += 8
    low = int(math.floor(angle)) % 8
    share = angle - math.floor(angle)
    high = (low + 1) % 8
    parts = max(1, int(math.ceil(length / 0.5)))
    weight = length / parts
    for part in range(parts):
        at = (part + 0.5) / parts
        x = x0 + (x1 - x0) * at
        y = y0 + (y1 - y0) * at
        if lifted:
            splat(maps[8], x, y, weight)
        elif folded:
            splat(maps[low], x, y, 0.5 * weight * (1 - share))
            splat(maps[high], x, y, 0.5 * weight * share)
            splat(maps[(low + 4) % 8], x, y, 0.5 * weight * (1 - share))
            splat(maps[(high + 4) % 8], x, y, 0.5 * weight * share)
        else:
            splat(maps[low], x, y, weight * (1 - share))
            splat(maps[high], x, y, weight * share)


@njit(cache=True)
def render(points, starts, count, folded, lifts, maps):
    """Strokes to maps [9, 32, 32]; values at most 1.5."""
    maps[:] = 0
    frame = np.zeros(4)
    fit(points, starts, count, frame)
    px, py = 0.0, 0.0
    for stroke in range(count):
        for index in range(starts[stroke], starts[stroke + 1]):
            x = squeeze((points[index, 0] - frame[0]) / frame[2])
            y = squeeze((points[index, 1] - frame[1]) / frame[3])
            if index > starts[stroke]:
                line(maps, px, py, x, y, False, folded)
            elif stroke > 0 and lifts:
                line(maps, px, py, x, y, True, False)
            px, py = x, y
    for plane in range(MAPS):
        for y in range(SIDE):
            for x in range(SIDE):
                maps[plane, y, x] = min(1.5, maps[plane, y, x])


@njit(cache=True)
def sample(source, strokes, first, last, drawn, maps, points, starts):
    """One synthetic glyph into `maps`; answers how many strokes it was written with."""
    hurry = np.random.random()
    if drawn == 0:
        hurry *= 0.5
    count = bend(source, strokes, first, last, drawn, points, starts, hurry)
    distort(points, starts[count], hurry)
    if drawn:
        folded = np.random.random() < 0.12
        lifts = np.random.random() < 0.8
    else:
        folded = np.random.random() < 0.5
        lifts = False
    render(points, starts, count, folded, lifts, maps)
    return count


@njit(cache=True)
def seed(value):
    np.random.seed(value)


@njit(cache=True)
def batch(source, strokes, glyphs, drawn, chosen, out):
    points = np.zeros((POINTS, 2), np.float32)
    starts = np.zeros(STROKES + 1, np.int32)
    for index in range(len(chosen)):
        glyph = chosen[index]
        sample(source, strokes, glyphs[glyph], glyphs[glyph + 1], drawn[glyph], out[index], points, starts)
