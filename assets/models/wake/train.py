"""train.py OUT.onnx FOLDER: the head, from what make.py left in the folder.

Two convolutions over time (96 -> 32 -> 32, three steps wide, the second with stride 2), then 32 and 2 numbers:
[1, 16, 96] -> likelihoods [1, 2] of the Chinese and of the English phrase. Learnt with Adam in plain numpy; after every
round the hour of other speech is listened to, and the windows that it was wrong about are learnt more often. A fifth
of the clips is kept back to see when it is good.
"""

import glob
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from features import windows

ROUNDS, BATCH, RATE, DECAY = 20, 256, 1.5e-3, 2e-3
TIMES = 3            # the phrases are few: each round sees them so often, differently disturbed
WRONG_MAX = 20_000   # windows of other speech that are learnt a second time


def unfold(x, width, stride):
    steps = np.arange(0, x.shape[1] - width + 1, stride)[:, None] + np.arange(width)
    return x[:, steps].reshape(len(x), len(steps), -1), steps


class Head:
    def __init__(self, draw, mean, scale):
        size = {"a": (288, 32), "b": (96, 32), "c": (192, 32), "d": (32, 2)}
        self.w = {}
        for name, (wide, out) in size.items():
            self.w[name] = (draw.standard_normal((wide, out)) * np.sqrt(2 / wide)).astype(np.float32)
            self.w[name + "0"] = np.zeros(out, np.float32)
        self.w["d0"] -= 3
        self.mean, self.scale = mean, scale
        self.m = {name: np.zeros_like(value) for name, value in self.w.items()}
        self.v = {name: np.zeros_like(value) for name, value in self.w.items()}
        self.t = 0

    def forward(self, x, drop=None):
        w = self.w
        x = (x - self.mean) * self.scale
        if drop is not None:   # embeddings of another synthesiser differ a little everywhere
            x = x + drop.standard_normal(x.shape).astype(np.float32) * 0.35
        a, _ = unfold(x, 3, 1)
        ha = np.maximum(a @ w["a"] + w["a0"], 0)
        b, steps = unfold(ha, 3, 2)
        hb = np.maximum(b @ w["b"] + w["b0"], 0).reshape(len(x), -1)
        mask = 1 if drop is None else (drop.random(hb.shape) > 0.3).astype(np.float32) / 0.7
        hb = hb * mask
        hc = np.maximum(hb @ w["c"] + w["c0"], 0)
        return hc @ w["d"] + w["d0"], (a, ha, b, steps, hb, mask, hc)

    def learn(self, x, y, weight, rate, drop):
        logits, (a, ha, b, steps, hb, mask, hc) = self.forward(x, drop)
        w, g = self.w, {}
        error = (1 / (1 + np.exp(-logits)) - y) * weight[:, None] / len(x)
        g["d"], g["d0"] = hc.T @ error, error.sum(0)
        dc = (error @ w["d"].T) * (hc > 0)
        g["c"], g["c0"] = hb.T @ dc, dc.sum(0)
        db = ((dc @ w["c"].T) * mask * (hb > 0)).reshape(len(x), 6, 32)
        g["b"], g["b0"] = np.tensordot(b, db, ([0, 1], [0, 1])), db.sum((0, 1))
        back, da = (db @ w["b"].T).reshape(len(x), 6, 3, 32), np.zeros_like(ha)
        for k in range(3):
            da[:, steps[:, k]] += back[:, :, k]
        da *= ha > 0
        g["a"], g["a0"] = np.tensordot(a, da, ([0, 1], [0, 1])), da.sum((0, 1))
        self.t += 1
        for name, value in w.items():
            self.m[name] = 0.9 * self.m[name] + 0.1 * g[name]
            self.v[name] = 0.999 * self.v[name] + 0.001 * g[name] ** 2
            step = self.m[name] / (1 - 0.9 ** self.t) / (np.sqrt(self.v[name] / (1 - 0.999 ** self.t)) + 1e-8)
            value -= rate * (step + (DECAY * value if not name.endswith("0") else 0))

    def likely(self, x):
        parts = [1 / (1 + np.exp(-self.forward(x[at: at + 2048].astype(np.float32))[0])) for at in range(0, len(x), 2048)]
        return np.concatenate(parts)

    def save(self, path):
        w = self.w
        conv = {"a": w["a"].reshape(3, 96, 32).transpose(2, 1, 0), "b": w["b"].reshape(3, 32, 32).transpose(2, 1, 0)}
        values = {"mean": self.mean, "scale": self.scale, "aw": conv["a"], "ab": w["a0"], "bw": conv["b"], "bb": w["b0"],
                  "cw": w["c"], "cb": w["c0"], "dw": w["d"], "db": w["d0"]}
        node = helper.make_node
        nodes = [node("Sub", ["embeddings", "mean"], ["x0"]), node("Mul", ["x0", "scale"], ["x1"]),
                 node("Transpose", ["x1"], ["x2"], perm=[0, 2, 1]), node("Conv", ["x2", "aw", "ab"], ["x3"], kernel_shape=[3]),
                 node("Relu", ["x3"], ["x4"]), node("Conv", ["x4", "bw", "bb"], ["x5"], kernel_shape=[3], strides=[2]),
                 node("Relu", ["x5"], ["x6"]), node("Transpose", ["x6"], ["x7"], perm=[0, 2, 1]),
                 node("Flatten", ["x7"], ["x8"], axis=1), node("Gemm", ["x8", "cw", "cb"], ["x9"]),
                 node("Relu", ["x9"], ["x10"]), node("Gemm", ["x10", "dw", "db"], ["x11"]),
                 node("Sigmoid", ["x11"], ["likely"])]
        graph = helper.make_graph(
            nodes, "wake", [helper.make_tensor_value_info("embeddings", TensorProto.FLOAT, [1, 16, 96])],
            [helper.make_tensor_value_info("likely", TensorProto.FLOAT, [1, 2])],
            [numpy_helper.from_array(np.ascontiguousarray(value, np.float32), name) for name, value in values.items()])
        onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8), path)


def main(out, folder):
    draw = np.random.default_rng(7)
    files = [np.load(path) for path in sorted(glob.glob(f"{folder}/examples-*.npz"))]
    x = np.concatenate([file["x"] for file in files])
    y = np.concatenate([file["y"] for file in files]).astype(np.float32)
    other = np.concatenate([windows(stream) for file in files for stream in file["streams"]])
    kept = np.arange(len(x)) // 50 % 5 == 4           # neighbours are of one clip: kept back together
    kept_other = np.arange(len(other)) // 234 % 5 == 4  # whole streams
    mean = other[::7].astype(np.float32).mean((0, 1))
    scale = 1 / (other[::7].astype(np.float32).std((0, 1)) + 1e-3)
    head = Head(draw, mean, scale)
    learnt, learnt_other = np.flatnonzero(~kept), np.flatnonzero(~kept_other)
    wrong = draw.choice(learnt_other, min(WRONG_MAX, len(learnt_other)), replace=False)
    for number in range(ROUNDS):
        sets = [(x, np.repeat(learnt, TIMES)), (other, draw.choice(learnt_other, min(len(learnt_other), 2 * len(learnt)))), (other, wrong)]
        order = np.concatenate([np.stack([np.full(len(which), of), which], 1) for of, (_, which) in enumerate(sets)])
        draw.shuffle(order)
        for at in range(0, len(order) - BATCH + 1, BATCH):
            part = order[at: at + BATCH]
            own = part[:, 0] == 0
            bx = np.empty((BATCH, 16, 96), np.float32)
            bx[own], bx[~own] = x[part[own, 1]], other[part[~own, 1]]
            by = np.zeros((BATCH, 2), np.float32)
            by[own] = y[part[own, 1]]
            weight = np.where(by.any(1), 1.0, 1.5).astype(np.float32)
            progress = (number + at / len(order)) / ROUNDS
            head.learn(bx, by, weight, RATE * 0.5 * (1 + np.cos(np.pi * progress)), draw)
        likely_other = head.likely(other)
        worst = likely_other.max(1)
        wrong = learnt_other[np.argsort(worst[learnt_other])[-WRONG_MAX:]]
        likely = head.likely(x[kept])
        positive = y[kept].any(1)
        right = (likely * y[kept]).max(1)[positive]
        seconds = kept_other.sum() * 0.08
        print(number, "found %.3f" % (right > 0.8).mean(), "zh %.3f" % (likely[y[kept][:, 0] > 0][:, 0] > 0.8).mean(),
              "en %.3f" % (likely[y[kept][:, 1] > 0][:, 1] > 0.8).mean(), "partial %.4f" % (likely[~positive].max(1) > 0.8).mean(),
              "other windows %.5f in %.0f s" % ((worst[kept_other] > 0.8).mean(), seconds), flush=True)
    head.save(out)


if __name__ == "__main__":
    main(*sys.argv[1:])
