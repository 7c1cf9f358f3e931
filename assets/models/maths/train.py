"""Trains the network of symbols, one thread, writes `symbols.onnx`, and prints how it does on the unseen.

    python train.py learn.npz unseen.npz symbols.onnx --steps 3000
"""

import argparse
import math
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

import hand  # also finds the modules of ../ink
from shapes import LABELS

BATCH = 64
OTHER = LABELS.index("other")
# How much hands lean; a slash is told from a one by that alone.
LEANING = {label: 0.06 for label in "1/()<>"} | {"root": 0.05, "-": 0.05, "=": 0.06, "div": 0.06}
APART = {"=", "div", "neq", "leq", "geq", "%", "other"}  # never written in one go
HALVES = {"4", "5", "pi", "%", "neq", "n", "b"}  # without a stroke no symbol
# How often a source is drawn from, against the others that have the label.
WEIGHT = {"ways": 1.0, "pens": 0.3, "fonts": 0.7, "digits": 1.1, "strokes": 0.25, "scribbles": 0.3}


class Net(nn.Module):
    """Maps [N, 4, 32, 32] to one score a label: the handwriting network (`../ink`) with a head for our labels.

    It begins with the weights of `ink.onnx`, so that a small training suffices: what it knows of letters and digits as
    the head's first rows, and each direction's weights added to its opposite's, since we do not tell them apart.
    """

    def __init__(self):
        super().__init__()
        known = weights(Path(hand.__file__).resolve().parent.parent / "ink/ink.onnx")
        both = lambda values: values[:, :4] + values[:, 4:8]
        self.first, self.second, self.third = nn.Conv2d(4, 64, 3, 1, 1), nn.Conv2d(64, 128, 3, 2, 1), nn.Conv2d(128, 128, 3, 1, 1)
        self.narrow, self.blurred, self.last = nn.Linear(2048, 192, bias=False), nn.Linear(4 * 64, 192), nn.Linear(192, len(LABELS))
        self.drop = nn.Dropout(0.1)
        classes = (Path(hand.__file__).resolve().parent.parent / "ink/ink-classes.txt").read_text().rstrip()
        head, bias = (torch.cat([known["low" + k], known["high" + k]]) for k in (".w", ".b"))
        with torch.no_grad():
            for number, layer in enumerate((self.first, self.second, self.third)):
                values = known[f"conv{number}.w"]
                layer.weight.copy_(both(values) if number == 0 else values)
                layer.bias.copy_(known[f"conv{number}.b"])
            self.narrow.weight.copy_(known["narrow.w"])
            self.blurred.weight.copy_(both(known["blurred.w"].reshape(192, 9, 64)).reshape(192, 256))
            self.blurred.bias.copy_(known["blurred.b"])
            self.last.weight.mul_(0.1)
            for at, label in enumerate(LABELS):
                if len(label) == 1 and label in classes:
                    self.last.weight[at] = head[classes.index(label)]
                    self.last.bias[at] = bias[classes.index(label)]

    def forward(self, x):
        x = torch.sqrt(F.avg_pool2d(0.5 * x, 6, 4, 1) + 1e-4)
        y = F.relu(self.second(F.relu(self.first(x))))
        y = y + F.relu(self.third(y))
        return self.last(self.drop(self.narrow(y.flatten(1)) + self.blurred(x.flatten(1))))


def weights(path):
    """The weights of an ONNX file of `../ink/export.py`, by their names."""
    import onnx
    from onnx import numpy_helper

    kept = {one.name: torch.from_numpy(numpy_helper.to_array(one).copy()) for one in onnx.load(path).graph.initializer}
    whole = {name[:-3]: values.float() * kept[name[:-3] + ".scale"] for name, values in kept.items() if name.endswith(".i8")}
    return {**kept, **whole}


class Shapes:
    def __init__(self, path, seed):
        pack = np.load(path)
        self.points, self.strokes, self.glyphs, self.label = (pack[k] for k in ("points", "strokes", "glyphs", "label"))
        self.source, self.names = pack["source"], list(pack["names"])
        self.random = np.random.default_rng(seed)
        hand.seed(seed)
        self.leaning = np.array([LEANING.get(label, 0.13) for label in LABELS])
        self.joins = np.array([label not in APART for label in LABELS])
        self.sums = {}
        for label in range(len(LABELS)):
            at = np.flatnonzero(self.label == label)
            weight = np.zeros(len(at))
            for number, name in enumerate(self.names):
                own = self.source[at] == number
                weight[own] = WEIGHT.get(name, 0) / max(1, own.sum())
            self.sums[label] = (at, np.cumsum(weight / max(weight.sum(), 1e-9)))

    def pick(self, labels):
        chosen = np.empty(len(labels), np.int64)
        for index, label in enumerate(labels):
            at, sums = self.sums[label]
            chosen[index] = at[min(np.searchsorted(sums, self.random.random()), len(at) - 1)]
        return chosen

    def batch(self, count):
        r = self.random
        truth = r.integers(0, len(LABELS), count)
        some = r.random(count)
        truth = np.where(some < 0.25, r.integers(0, 10, count), truth)
        truth = np.where(some > 0.82, OTHER, truth)
        mode, drawn = np.zeros(count, np.int64), truth.copy()
        for index in np.flatnonzero(truth == OTHER):
            kind = r.random()
            if kind < 0.3:
                continue
            mode[index] = 1 if kind < 0.75 else 2 if kind < 0.88 else 3
            drawn[index] = r.integers(0, OTHER)
            if mode[index] == 3:
                drawn[index] = LABELS.index(sorted(HALVES)[r.integers(len(HALVES))])
        beside = r.integers(0, OTHER, count)
        # A bar beside or below something is what is most often taken for a part of it.
        bar = ((mode == 1) & (r.random(count) < 0.35)) | ((mode == 2) & (r.random(count) < 0.6))
        first = r.random(count) < 0.5
        drawn[bar & first] = LABELS.index("-")
        beside[bar & ~first] = LABELS.index("-")
        chosen, second = self.pick(drawn), self.pick(beside)
        for index in np.flatnonzero(mode == 3):
            while self.glyphs[chosen[index] + 1] - self.glyphs[chosen[index]] < 2:
                chosen[index] = self.pick([LABELS.index(sorted(HALVES)[r.integers(len(HALVES))])])[0]
        maps = np.empty((count, hand.PLANES, hand.SIDE, hand.SIDE), np.float32)
        hand.batch(self.points, self.strokes, self.glyphs, self.label, chosen, second, mode, self.leaning, self.joins, maps)
        return torch.from_numpy(maps), torch.from_numpy(truth)


def measure(net, unseen, most):
    """Right in percent of every unseen source, letters that are none aside; of large ones an even choice of `most`."""
    pack = np.load(unseen)
    net.eval()
    told = []
    for number, name in enumerate(pack["names"]):
        chosen = np.flatnonzero((pack["source"] == number) & (pack["label"] != OTHER))
        chosen = chosen[:: -(-len(chosen) // most)]
        maps = np.empty((len(chosen), hand.PLANES, hand.SIDE, hand.SIDE), np.float32)
        hand.plain(pack["points"], pack["strokes"], pack["glyphs"], chosen, maps)
        with torch.no_grad():
            likely = torch.cat([net(part).softmax(1) for part in torch.from_numpy(maps).split(500)])
        right = likely.argmax(1).numpy() == pack["label"][chosen]
        sure = likely.max(1).values.numpy() > 0.9
        told.append(f"{name} {100 * right.mean():.1f} % of {len(chosen)} (sure {100 * sure.mean():.0f} %, of them {100 * right[sure].mean():.1f} %)")
    net.train()
    return ", ".join(told)


def save(net, path):
    from export import Graph
    from onnx import TensorProto, checker, helper
    from onnx import save as write

    graph = Graph()
    at = graph.add("Mul", ["maps", graph.constant("half", np.array(0.5, np.float32))], "halved")
    at = graph.add("AveragePool", [at], "pool", kernel_shape=[6, 6], pads=[1, 1, 1, 1], strides=[4, 4], count_include_pad=1)
    at = graph.add("Add", [at, graph.constant("tiny", np.array(1e-4, np.float32))], "pool.tiny")
    at = blurred = graph.add("Sqrt", [at], "pool.root")
    value = lambda layer, name: graph.constant(name, layer.detach().numpy())
    for number, layer in enumerate((net.first, net.second, net.third)):
        name, stride = f"conv{number}", layer.stride[0]
        inputs = [at, graph.small(name + ".w", layer.weight.detach().numpy()), value(layer.bias, name + ".b")]
        graph.add("Conv", inputs, name, kernel_shape=[3, 3], pads=[1, 1, 1, 1], strides=[stride, stride])
        out = graph.add("Relu", [name], name + ".relu")
        at = graph.add("Add", [at, out], name + ".sum") if number == 2 else out
    learnt = graph.add("Gemm", [graph.add("Flatten", [at], "flat", axis=1), graph.small("narrow.w", net.narrow.weight.detach().numpy())], "narrow", transB=1)
    inputs = [graph.add("Flatten", [blurred], "pool.flat", axis=1), graph.small("blurred.w", net.blurred.weight.detach().numpy())]
    at = graph.add("Add", [learnt, graph.add("Gemm", [*inputs, value(net.blurred.bias, "blurred.b")], "blurred", transB=1)], "feature")
    graph.add("Gemm", [at, graph.small("last.w", net.last.weight.detach().numpy()), value(net.last.bias, "last.b")], "scores", transB=1)
    sides = lambda name, sides: helper.make_tensor_value_info(name, TensorProto.FLOAT, sides)
    maps, scores = sides("maps", [1, hand.PLANES, hand.SIDE, hand.SIDE]), sides("scores", [1, len(LABELS)])
    whole = helper.make_graph(graph.nodes, "symbols", [maps], [scores], graph.constants)
    model = helper.make_model(whole, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    checker.check_model(model)
    write(model, path)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("learn")
    options.add_argument("unseen")
    options.add_argument("out")
    options.add_argument("--steps", type=int, default=3000)
    options.add_argument("--rate", type=float, default=1e-3)
    options.add_argument("--resume", help="the `.pt` of an earlier training")
    options.add_argument("--seed", type=int, default=5)
    options.add_argument("--told", type=int, default=250, help="steps between measurings")
    options = options.parse_args()
    torch.manual_seed(options.seed)
    torch.set_num_threads(1)
    shapes, net = Shapes(options.learn, options.seed), Net()
    if options.resume:
        net.load_state_dict(torch.load(options.resume))
    optimiser = torch.optim.AdamW(net.parameters(), options.rate, weight_decay=0.01)
    began = held = time.process_time()
    right, losses = 0, 0.0
    for step in range(1, options.steps + 1):
        for group in optimiser.param_groups:
            group["lr"] = options.rate * min(1, step / 50) * (0.5 + 0.5 * math.cos(math.pi * step / options.steps)) + 1e-6
        maps, truth = shapes.batch(BATCH)
        scores = net(maps)
        loss = F.cross_entropy(scores, truth, label_smoothing=0.03)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimiser.step()
        losses, right = losses + loss.item(), right + (scores.argmax(1) == truth).sum().item()
        if step % 50 == 0:
            print(f"step {step} loss {losses / 50:.3f} right {2 * right / BATCH:.1f} % {50 * BATCH / (time.process_time() - held):.0f}/s, {time.process_time() - began:.0f} s", flush=True)
            right, losses, held = 0, 0.0, time.process_time()
        if step % options.told == 0 or step == options.steps:
            print(measure(net, options.unseen, 200 if step < options.steps else 4000), flush=True)
            save(net.eval(), options.out)
            torch.save(net.state_dict(), options.out.removesuffix(".onnx") + ".pt")
            net.train()


if __name__ == "__main__":
    main()
