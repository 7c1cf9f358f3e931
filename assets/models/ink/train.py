"""Trains the character network on synthetic handwriting for a given time, one thread, and exports as it goes.

    python train.py --minutes 60 --out FOLDER medians.npz fonts.npz

Which glyphs are drawn and how follows from --seed alone; how far the training gets depends on the machine.
"""

import argparse
import math
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

import synth
from glyphs import ASCII, CLASSES, LEVEL_1, PUNCTUATION


class Block(nn.Module):
    def __init__(self, into, out, stride=1):
        super().__init__()
        self.conv = nn.Conv2d(into, out, 3, stride, 1, bias=False)
        self.norm = nn.BatchNorm2d(out)
        self.keep = into == out and stride == 1

    def forward(self, x):
        y = F.relu(self.norm(self.conv(x)))
        return x + y if self.keep else y


class Net(nn.Module):
    """Maps [N, 9, 32, 32] to one score per class.

    Two ways to one feature: blurred direction maps through a matrix that is computed in closed form (linear
    discriminant analysis), and convolutions that learn what the matrix cannot tell. The head begins as the nearest
    class mean, so that training starts from a recogniser and not from chance.
    """

    def __init__(self, classes=len(CLASSES), width=192):
        super().__init__()
        self.body = nn.Sequential(
            Block(synth.MAPS, 64),
            Block(64, 128, 2),
            Block(128, 128),
        )
        self.narrow = nn.Linear(128 * 16, width, bias=False)
        nn.init.zeros_(self.narrow.weight)
        self.blurred = nn.Linear(synth.MAPS * 64, width)
        self.head = nn.Linear(width, classes)

    def forward(self, x):
        y = blur(x)
        return self.head(self.blurred(y.flatten(1)) + self.narrow(self.body(y).flatten(1)))


def blur(x):
    """[N, 9, 8, 8]"""
    return torch.sqrt(F.avg_pool2d(x, 6, 4, 1).float() + 1e-4)


def begin(net, glyphs, rounds):
    """Fits the closed-form part on synthetic samples, 6,000 a round."""
    classes, width = net.head.weight.shape
    size = synth.MAPS * 64
    sums, counts = torch.zeros(classes, size), torch.zeros(classes)
    scatter, every, total = torch.zeros(size, size), torch.zeros(size), 0
    for _ in range(rounds):
        maps, label = glyphs.batch(6000)
        feature = blur(maps).flatten(1)
        sums.index_add_(0, label, feature)
        counts.index_add_(0, label, torch.ones(len(label)))
        scatter += feature.T @ feature
        every += feature.sum(0)
        total += len(label)
    known = counts > 0
    means = sums / counts.clamp(min=1)[:, None]
    middle = every / total
    between = (means[known] * counts[known, None]).T @ means[known] / total - torch.outer(middle, middle)
    within = scatter / total - torch.outer(middle, middle) - between
    within += 0.02 * within.diagonal().mean() * torch.eye(size)
    values, vectors = torch.linalg.eigh(within.double())
    whiten = vectors / values.sqrt()
    _, turned = torch.linalg.eigh(whiten.T @ between.double() @ whiten)
    matrix = (whiten @ turned[:, -width:].flip(1)).float()
    points = (means - middle) @ matrix
    points[~known] = 0
    sharp = 0.25  # the features are no Gaussians: their distances promise too much
    with torch.no_grad():
        net.blurred.weight.copy_(matrix.T)
        net.blurred.bias.copy_(-(middle @ matrix))
        net.head.weight.copy_(sharp * points)
        net.head.bias.copy_(-0.5 * sharp * points.square().sum(1))
        net.head.bias[~known] = -30


class Glyphs:
    """Everything that is drawn from, and which class is drawn how often."""

    def __init__(self, paths, seed):
        points, strokes, glyphs, label, drawn, source = [], [0], [0], [], [], []
        for number, path in enumerate(paths):
            pack = np.load(path)
            base = strokes[-1]
            shift = len(strokes) - 1
            points.append(pack["points"].astype(np.float32))
            strokes += (pack["strokes"][1:] + base).tolist()
            glyphs += (pack["glyphs"][1:] + shift).tolist()
            label += pack["label"].tolist()
            drawn += pack["drawn"].tolist()
            source += [number] * len(pack["label"])
        self.points = np.concatenate(points)
        self.strokes = np.array(strokes, np.int32)
        self.glyphs = np.array(glyphs, np.int32)
        self.label = np.array(label, np.int64)
        self.drawn = np.array(drawn, np.uint8)
        common = {c: 1.0 for c in LEVEL_1} | {c: 0.6 for c in ASCII + list(PUNCTUATION)}
        share = np.array([common.get(c, 0.4) for c in CLASSES])
        # A drawn glyph bends in more ways than a skeleton: it gets half of its class.
        weight = np.zeros(len(self.label))
        fonts = np.bincount(self.label[self.drawn == 0], minlength=len(CLASSES))
        has_ink = np.bincount(self.label[self.drawn == 1], minlength=len(CLASSES)) > 0
        for index, label in enumerate(self.label):
            if self.drawn[index]:
                weight[index] = share[label] * (0.55 if fonts[label] else 1.0)
            else:
                weight[index] = share[label] * (0.45 if has_ink[label] else 1.0) / fonts[label]
        self.sums = np.cumsum(weight / weight.sum())
        self.random = np.random.default_rng(seed)
        synth.seed(seed)

    def batch(self, count):
        chosen = np.minimum(np.searchsorted(self.sums, self.random.random(count)), len(self.label) - 1)
        maps = np.empty((count, synth.MAPS, synth.SIDE, synth.SIDE), np.float32)
        synth.batch(self.points, self.strokes, self.glyphs, self.drawn, chosen, maps)
        return torch.from_numpy(maps), torch.from_numpy(self.label[chosen])


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--minutes", type=float, default=60)
    options.add_argument("--out", required=True)
    options.add_argument("--resume")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--rounds", type=int, default=60, help="of 6,000 samples for the closed form")
    options.add_argument("--batch", type=int, default=256)
    options.add_argument("--rate", type=float, default=2e-3)
    options.add_argument("--bf16", action="store_true")
    options.add_argument("packs", nargs="+")
    options = options.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    out = Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    net = Net().to(memory_format=torch.channels_last)
    glyphs = Glyphs(options.packs, options.seed)
    if options.resume:
        net.load_state_dict(torch.load(options.resume), strict=False)
    else:
        begin(net, glyphs, options.rounds)
        torch.save(net.state_dict(), out / "begin.pt")
    optimiser = torch.optim.AdamW(net.parameters(), lr=options.rate, weight_decay=0.02)
    began = saved = time.monotonic()
    step, right, seen, losses, held = 0, 0, 0, 0.0, began
    while True:
        now = time.monotonic()
        gone = (now - began) / (60 * options.minutes)
        if gone >= 1:
            break
        warm = min(1.0, (step + 1) / 300)
        for group in optimiser.param_groups:
            group["lr"] = options.rate * warm * (0.5 + 0.5 * math.cos(math.pi * gone)) + 1e-6
        maps, label = glyphs.batch(options.batch)
        net.train()
        with torch.autocast("cpu", torch.bfloat16, enabled=options.bf16):
            scores = net(maps.to(memory_format=torch.channels_last))
        loss = F.cross_entropy(scores.float(), label, label_smoothing=0.05)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimiser.step()
        step += 1
        losses += loss.item()
        right += (scores.argmax(1) == label).sum().item()
        seen += options.batch
        if step % 100 == 0:
            print(
                f"step {step} gone {gone:.3f} loss {losses / 100:.3f} right {100 * right / seen:.1f} %"
                f" {seen / (time.monotonic() - held):.0f}/s",
                flush=True,
            )
            right, seen, losses, held = 0, 0, 0.0, time.monotonic()
        if time.monotonic() - saved > 240:
            saved = time.monotonic()
            torch.save(net.state_dict(), out / "net.pt")
    torch.save(net.state_dict(), out / "net.pt")


if __name__ == "__main__":
    main()
