"""Makes the table of how likely a Chinese character follows another, from a word list with counts.

    python language.py jieba/dict.txt ink-classes.txt ink-language.bin

Within words the counts of the list are taken; between words any word may follow any other. Format, little endian:
"DAISNG01", number of characters, for each character its cost and its first row (one more row at the end), then the
rows: next character, cost. A cost is -16 ln of the probability, at most 255. Characters are numbered as in
ink-classes.txt, of which only the Chinese ones occur.
"""

import math
import struct
import sys
from collections import Counter

from glyphs import CLASSES

HANZI = 6763
ROWS_MAX = 220_000


def cost(probability):
    return min(255, round(-16 * math.log(max(probability, 1e-9))))


def main():
    words, classes, target = sys.argv[1:4]
    index = {character: number for number, character in enumerate(CLASSES[:HANZI])}
    begin, end, single, inside = Counter(), Counter(), Counter(), Counter()
    for line in open(words, encoding="utf-8"):
        word, count = line.split()[:2]
        count = int(count)
        if not all(character in index for character in word):
            continue
        codes = [index[character] for character in word]
        begin[codes[0]] += count
        end[codes[-1]] += count
        for code in codes:
            single[code] += count
        for pair in zip(codes, codes[1:]):
            inside[pair] += count
    total = sum(single.values()) + HANZI
    starts = sum(begin.values()) + HANZI
    unigram = [(single[code] + 1) / total for code in range(HANZI)]
    gains = []
    for (first, then), count in inside.items():
        probability = (count + end[first] * (begin[then] + 1) / starts) / (single[first] + 20)
        # What a row is worth: how often it is used, and by how much it is better than not knowing the first one.
        gains.append((count * math.log(probability / unigram[then]), first, then, probability))
    gains = sorted((gain for gain in gains if gain[3] > 2 * unigram[gain[2]]), reverse=True)[:ROWS_MAX]
    rows = {}
    for _, first, then, probability in gains:
        rows.setdefault(first, []).append((then, cost(probability)))
    body, table, at = bytearray(), bytearray(), 0
    for code in range(HANZI):
        table += struct.pack("<BI", cost(unigram[code]), at)
        for then, price in sorted(rows.get(code, [])):
            body += struct.pack("<HB", then, price)
            at += 1
    table += struct.pack("<BI", 255, at)
    with open(target, "wb") as file:
        file.write(b"DAISNG01" + struct.pack("<I", HANZI) + table + body)
    with open(classes, "w", encoding="utf-8") as file:
        file.write("".join(CLASSES) + "\n")


if __name__ == "__main__":
    main()
