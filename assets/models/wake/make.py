"""make.py MEL EMBEDDING QUOTATIONS OUT SEED: examples to learn from, as embeddings.

MEL and EMBEDDING are the networks of the manifest, QUOTATIONS the folder of the Debian packages fortunes and
fortunes-zh (texts to read out). OUT gets examples-SEED.npz: x [n, 16, 96] float16, y [n, 2] (zh, en), and
speech without the phrase as streams, for mining. Each seed gives other examples.
"""

import os
import sys

import numpy as np

import speech
from features import CLIP, STEP, Ears, windows

ROUNDS = 48
PHRASES_A_ROUND = 5        # clips of each phrase, and one stream of running speech, near phrases or noise
STREAM_SECONDS = 20
LENGTH = 45_000            # samples of a clip with the phrase


def phrase(ears, tongue, draw, babble):
    """Windows that end shortly after the phrase (1), and windows that end before it is complete (0)."""
    said = speech.say(speech.PHRASES[tongue], tongue, draw)
    clip = np.zeros(LENGTH, np.float32)
    end = int(speech.RATE * draw.uniform(2.15, 2.6))
    said = said[-end:]
    said = said / (np.abs(said).max() + 1e-9) * 0.5
    if draw.random() < 0.35:   # somebody went on talking, or began again
        before = speech.say(str(draw.choice(speech.NEAR[tongue])), tongue, draw)
        stop = max(0, end - len(said) - int(draw.integers(800, 6000)))
        before = before[-stop:] if stop else before[:0]
        clip[stop - len(before): stop] += before / (np.abs(before).max() + 1e-9) * 0.5 if len(before) else 0
    clip[end - len(said): end] += said
    if draw.random() < 0.4:
        after = speech.say(str(draw.choice(speech.NEAR[tongue])), tongue, draw)
        start = end + int(draw.integers(600, 5000))
        after = after[: max(0, LENGTH - start)]
        clip[start: start + len(after)] += after / (np.abs(after).max() + 1e-9) * 0.5 if len(after) else 0
    seen = windows(ears.hear(speech.heard(clip, draw, babble)))
    ends = CLIP + STEP * np.arange(len(seen))
    during = (ends >= end) & (ends <= end + 0.26 * speech.RATE)
    early = np.flatnonzero(ends < end - 0.4 * speech.RATE)[-1::-3]
    return seen[during], seen[early]


def stream(tongue, texts, draw):
    """Running speech, every second piece something near the phrase."""
    parts, length = [], 0
    while length < STREAM_SECONDS * speech.RATE:
        text = str(draw.choice(speech.NEAR[tongue] if draw.random() < 0.5 else texts))
        said = speech.say(text, tongue, draw)
        parts += [said / (np.abs(said).max() + 1e-9) * 0.5, np.zeros(int(draw.integers(800, 16_000)), np.float32)]
        length += len(parts[-2]) + len(parts[-1])
    return np.concatenate(parts)[: STREAM_SECONDS * speech.RATE]


def main(mel, embedding, quotations, out, seed):
    draw = np.random.default_rng(int(seed))
    ears = Ears(mel, embedding)
    texts = {"zh": speech.sentences(os.path.join(quotations, "chinese"), "zh"),
             "en": [text for name in ("fortunes", "literature", "riddles") if os.path.exists(os.path.join(quotations, name))
                    for text in speech.sentences(os.path.join(quotations, name), "en")]}
    babble = np.concatenate([stream(tongue, texts[tongue], draw) for tongue in ("zh", "en") for _ in range(4)])
    x, y, streams = [], [], []
    for number in range(ROUNDS):
        for kind, tongue in enumerate(("zh", "en") * PHRASES_A_ROUND):
            during, early = phrase(ears, tongue, draw, babble)
            x += [during.astype(np.float16), early.astype(np.float16)]
            y += [np.tile(np.eye(2, dtype=np.float16)[kind % 2], (len(during), 1)), np.zeros((len(early), 2), np.float16)]
        tongue = ("zh", "en")[number % 2]
        if number % 8 == 7:   # nobody speaks
            samples = speech.noise(STREAM_SECONDS * speech.RATE, draw, babble) * 10 ** (-draw.uniform(10, 60) / 20)
        else:
            samples = speech.heard(stream(tongue, texts[tongue], draw), draw, babble)
        streams.append(ears.hear(np.clip(samples, -1, 1)).astype(np.float16))
        if number % 8 == 7:
            print("round", number + 1, flush=True)
            made = os.path.join(out, f"examples-{seed}.npz")
            np.savez(made + ".part.npz", x=np.concatenate(x), y=np.concatenate(y), streams=np.stack(streams))
            os.replace(made + ".part.npz", made)


if __name__ == "__main__":
    main(*sys.argv[1:])
