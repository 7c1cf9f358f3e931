"""Trains the network that names the symbols of written expressions, on ink that is made up here.

    python3 train.py FONTS OUT.onnx [--minutes 12]

FONTS is `svg_fonts` of the npm package hersheytext 2.0.0 (OFL-1.1); needs torch and onnx. The fonts in HELD_OUT and all
ink of real writers are never trained on: they measure it. One thread, one seed.
"""
import math, os, random, re, sys, time
import numpy as np, torch, torch.nn as nn

SEED, SIDE, SPAN, SEGMENTS, BATCH = 5, 32, 27.0, 72, 128
HELD_OUT = {'EMSFelix', 'EMSElfin', 'EMSNixish', 'EMSReadabilityItalic'}
LABELS = list('0123456789') + ['+', 'x', '(', ')', '/', '<', '>', 'root', 'leq', 'geq', 'neq', 'pi', 'y', 'other']

# Hand-made ways through control points, in a box of one by one, y down; `|` separates strokes, `~` before a stroke
# makes it a smooth curve, otherwise its corners stay corners.
WAYS = {
 '0': ['~.5,0 .15,.15 0,.5 .15,.85 .5,1 .85,.85 1,.5 .85,.15 .55,.02', '~.6,.02 .2,.1 0,.5 .2,.9 .5,1 .8,.9 1,.5 .8,.1 .45,0 .3,.1',
       '~.5,0 .8,.1 1,.5 .85,.85 .5,1 .15,.85 0,.5 .2,.1 .55,0'],
 '1': ['.1,0 .1,1', '.15,0 .05,1', '0,.25 .3,0 .3,1', '0,.2 .25,0 .2,1', '0,.25 .3,0 .3,1|0,1 .6,1', '0,.2 .3,0 .3,1 .05,1 .6,1'],
 '2': ['~0,.25 .2,.03 .6,.02 .85,.22 .75,.5 .4,.75 .03,1|.03,1 1,1', '~0,.2 .3,0 .8,.08 .9,.3 .6,.6 .02,.98 .3,.95 .95,1',
       '~.05,.25 .35,0 .8,.1 .85,.35 .5,.65 .1,.95 .05,.8 .25,.75 .5,.92 1,.98', '~0,.15 .4,0 .85,.15 .8,.4 .3,.8 0,1 .1,1 .6,.98 1,.97'],
 '3': ['~0,.12 .4,0 .8,.12 .8,.35 .3,.48 .35,.49 .9,.6 .95,.85 .5,1 0,.9', '~.05,.05 .5,0 .85,.15 .75,.4 .35,.46|~.35,.46 .85,.55 1,.78 .7,.97 .3,1 0,.9',
       '0,0 .85,0 .4,.4|~.4,.4 .8,.45 .95,.7 .7,.97 .3,1 0,.88', '~0,.15 .45,.0 .8,.2 .4,.45 .85,.6 .85,.9 .4,1 .02,.9'],
 '4': ['.5,0 0,.62 1,.62|.68,.35 .68,1', '.15,0 .08,.5 .95,.5|.75,0 .72,1', '.7,1 .7,0 0,.68 1,.68', '.05,.05 0,.55 .9,.52|.75,.1 .65,1',
       '.6,0 .05,.6 .95,.62|.6,.05 .6,1'],
 '5': ['.85,0 .2,0 .12,.42|~.12,.42 .5,.35 .95,.55 .9,.85 .5,1 0,.92', '.2,0 .12,.42|~.12,.42 .5,.33 .95,.55 .9,.85 .45,1 0,.92|.2,0 .95,0',
       '~.15,.05 .1,.4 .5,.35 .9,.55 .85,.85 .45,1 0,.9|.15,.03 .9,0', '~.95,0 .3,.02 .15,.4 .6,.4 .95,.65 .7,.95 .05,.95'],
 '6': ['~.8,0 .4,.15 .08,.5 .03,.8 .3,1 .75,.95 .95,.75 .75,.52 .4,.5 .08,.72', '~.6,0 .2,.3 0,.7 .2,.97 .65,1 .95,.78 .7,.55 .3,.58 .05,.8',
       '~.3,0 .05,.5 .05,.9 .5,1 .9,.85 .8,.6 .4,.55 .1,.75'],
 '7': ['0,.02 .95,0 .4,1', '0,0 1,0 .3,1', '0,.15 .02,0 .9,.02 .35,1', '0,.02 .95,0 .4,1|.15,.5 .85,.48', '~0,.05 .5,.04 .95,.02 .6,.45 .4,1',
       '0,.2 .08,.03 .95,.05 .5,1|.2,.5 .85,.5'],
 '8': ['~.9,.12 .5,0 .12,.2 .4,.45 .85,.7 .75,.95 .4,1 .1,.85 .25,.6 .65,.42 .9,.2 .85,.1', '~.5,.47 .15,.25 .45,0 .8,.2 .5,.47 .1,.75 .5,1 .92,.75 .5,.47',
       '~.45,0 .12,.2 .45,.45 .8,.25 .5,0|~.45,.45 .05,.72 .5,1 .95,.72 .5,.45', '~.85,.1 .3,.02 .2,.3 .7,.6 .8,.9 .35,1 .1,.8 .5,.45 .85,.05'],
 '9': ['~.9,.2 .5,0 .1,.2 .15,.48 .55,.52 .9,.2|.92,.15 .85,1', '~.85,.25 .5,0 .1,.18 .12,.45 .5,.5 .85,.22 .9,.15 .88,.55 .75,1',
       '~.85,.2 .45,0 .08,.25 .4,.5 .85,.25 .85,.7 .6,.98 .1,.92', '~.8,.08 .3,.05 .1,.35 .5,.5 .85,.2 .8,.6 .55,1'],
 '+': ['0,.5 1,.5|.5,0 .5,1', '.5,0 .5,1|0,.5 1,.5', '0,.52 1,.48|.45,.05 .55,.95'],
 'x': ['0,0 1,1|1,0 0,1', '1,0 0,1|0,0 1,1', '~0,.05 .35,.1 .45,.5 .35,.9 0,.95|~1,.05 .6,.1 .5,.5 .6,.9 1,.95', '~0,.1 .2,0 .5,.5 .8,1 1,.9|1,0 0,1',
       '~0,.1 .2,.0 .7,.95 1,.9 .9,.1 .5,.4 .1,1', '.02,.05 .95,1|.9,0 .05,.95'],
 '(': ['~.5,0 .1,.3 0,.5 .1,.75 .5,1', '~.25,0 .02,.4 .05,.7 .3,1', '.4,0 0,0 0,1 .4,1', '~.2,0 0,.5 .2,1'],
 ')': ['~0,0 .4,.3 .5,.5 .4,.75 0,1', '~0,0 .25,.4 .22,.7 0,1', '0,0 .4,0 .4,1 0,1', '~0,0 .2,.5 0,1'],
 '/': ['.7,0 0,1', '.5,0 0,1', '1,0 0,1'],
 '<': ['1,0 0,.5 1,1', '.8,.1 0,.5 .9,.9'], '>': ['0,0 1,.5 0,1', '.1,.1 .9,.5 0,.9'],
 'leq': ['.9,0 0,.35 .9,.7|0,1 .95,1', '1,0 0,.4 1,.7|.05,.95 1,.95'], 'geq': ['.05,0 .95,.35 .05,.7|0,1 .95,1'],
 'neq': ['0,.35 1,.35|0,.65 1,.65|.75,0 .25,1', '0,.33 1,.3|0,.7 1,.66|.7,.0 .3,1'],
 'pi': ['~0,.15 .15,.02 .5,.05 1,.0|.3,.05 .2,1|.7,.05 .75,1', '0,.05 1,0|.3,.05 .22,1|~.7,.05 .68,.8 .8,1 1,.9'],
 'y': ['0,0 .5,.55|1,0 .2,1', '~0,0 .1,.4 .5,.45 .9,.3|~.95,0 .9,.5 .7,.95 .2,1 .05,.85', '~0,.0 .1,.35 .5,.4 .85,.05 .9,.3 .75,.9 .3,1 .1,.8'],
}


def way(text):
    strokes = []
    for part in text.split('|'):
        smooth = part.startswith('~')
        strokes.append((smooth, np.array([[float(v) for v in at.split(',')] for at in part.lstrip('~').split()])))
    return strokes


def curve(points, steps=7):
    """Catmull and Rom's curve through the points."""
    ends = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    out = []
    for i in range(1, len(ends) - 2):
        p0, p1, p2, p3 = ends[i - 1:i + 3]
        for t in np.linspace(0, 1, steps, endpoint=False):
            out.append(.5 * (2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t * t + (3 * p1 - p0 - 3 * p2 + p3) * t ** 3))
    return np.array(out + [points[-1]])


def fonts(folder):
    found = {}
    signs = {**{c: c for c in '0123456789+()/<>xy'}, '×': 'x', '[': '(', ']': ')', '≤': 'leq', '≥': 'geq', '≠': 'neq', 'π': 'pi', '√': 'root'}
    for file in sorted(os.listdir(folder)):
        name = file[:-4]
        if not (name.startswith('EMS') or name == 'HersheySans1') or name in HELD_OUT:
            continue
        for glyph in re.findall(r'<glyph [^>]*>', open(os.path.join(folder, file), encoding='utf8').read()):
            of, d = re.search(r'unicode="([^"]+)"', glyph), re.search(r' d="([^"]*)"', glyph)
            if not of or not d or 'C' in d[1]:
                continue
            sign = re.sub(r'&#x([0-9a-fA-F]+);', lambda m: chr(int(m[1], 16)), of[1]).replace('&lt;', '<').replace('&gt;', '>')
            if sign in signs:
                strokes = [np.array([float(v) for v in s.replace('L', ' ').split()]).reshape(-1, 2) * [1, -1] for s in d[1].split('M') if s.strip()]
                found.setdefault(signs[sign], []).append([s for s in strokes if len(s)])
    return found


class Ink:
    def __init__(self, folder):
        self.fonts, self.rng = fonts(folder), np.random.default_rng(SEED)
        self.ways = {label: [way(text) for text in texts] for label, texts in WAYS.items()}

    def root(self):
        r = self.rng
        wide, hook = r.uniform(.9, 4.5), r.uniform(.25, .5)
        points = np.array([[0, r.uniform(.5, .7)], [hook * .3, r.uniform(.45, .6)], [hook * .6, 1], [hook, 0], [wide, r.uniform(-.03, .05)]])
        return [points[r.integers(0, 2):]]

    def plain(self, label):
        """A symbol's strokes without its writer."""
        r = self.rng
        if label == 'root':
            return self.root()
        own = self.fonts.get(label, [])
        if own and r.random() < .3:
            return [s.copy() for s in own[r.integers(len(own))]]
        strokes = []
        wobble, aspect = r.uniform(.01, .06), r.uniform(.45, 1.1) if label in '0123456789' else r.uniform(.6, 1.3)
        if label in '()/1':
            aspect = r.uniform(.2, .8)
        for smooth, points in self.ways[label][r.integers(len(self.ways[label]))]:
            points = points + r.normal(0, wobble, points.shape)
            strokes.append((curve(points) if smooth else points) * [aspect, 1])
        return strokes

    def written(self, strokes):
        """The same in somebody's hand."""
        r = self.rng
        a, shear = r.normal(0, .1), r.normal(.05, .15)
        turn = np.array([[math.cos(a), -math.sin(a)], [math.sin(a), math.cos(a)]]) @ np.array([[r.uniform(.8, 1.25), -shear], [0, 1]])
        size = max(np.ptp(np.vstack(strokes), axis=0).max(), 1e-6)
        wave, phase, depth = r.uniform(1, 4, (2, 2)), r.uniform(0, 6.3, 2), r.uniform(0, .035)
        tremble, out = r.uniform(0, .02) * size, []
        for s in strokes:
            s = np.vstack([np.linspace(p, q, max(2, int(np.hypot(*(q - p)) / size * 9)), endpoint=False) for p, q in zip(s, s[1:])] + [s[-1:]]) if len(s) > 1 else s
            s = s + size * depth * np.sin(s / size @ wave.T * 3 + phase)
            s = s + np.cumsum(r.normal(0, tremble, s.shape), axis=0) * .35
            if r.random() < .3 and len(s) > 6:  # a hasty hand cuts corners
                s[1:-1] = (s[:-2] + s[1:-1] + s[2:]) / 3
            out.append(s @ turn.T + r.normal(0, .012 * size, 2))
        if r.random() < .2:  # hooks where the pen comes and goes
            s = out[r.integers(len(out))]
            out = [np.vstack([s[:1] + r.normal(0, .05 * size, 2), x]) if x is s else x for x in out]
        return out

    def other(self):
        """What is no symbol: two side by side, or a piece of one."""
        r = self.rng
        labels = LABELS[:-1]
        if r.random() < .75:
            one, two = (self.written(self.plain(labels[r.integers(len(labels))])) for _ in range(2))
            one, two = ([s / max(np.ptp(np.vstack(g), axis=0).max(), 1e-6) for s in g] for g in (one, two))
            left = np.vstack(one)[:, 0].max() - np.vstack(two)[:, 0].min() + r.uniform(-.1, .4)
            grown = r.uniform(.5, 1.3)
            return one + [s * grown + [left, r.uniform(-.5, .5)] for s in two]
        whole = self.written(self.plain(['4', '5', 'neq', 'pi', '8', '3', 'leq'][r.integers(7)]))
        if len(whole) > 1:
            whole = [s for s in whole if s is not whole[r.integers(len(whole))]] or whole
            if len(whole) == 1 and len(whole[0]) < 12:
                return self.other()
            return whole
        cut = int(len(whole[0]) * r.uniform(.35, .6))
        return [whole[0][:cut]] if r.random() < .5 else [whole[0][cut:]]

    def batch(self):
        r = self.rng
        segments, labels = np.zeros((BATCH, SEGMENTS, 4), np.float32), []
        segments[:] = 1e4
        for b in range(BATCH):
            at = int(r.integers(len(LABELS))) if r.random() < .8 else (int(r.integers(10)) if r.random() < .5 else len(LABELS) - 1)
            strokes = self.other() if LABELS[at] == 'other' else self.written(self.plain(LABELS[at]))
            segments[b] = fit(strokes)
            labels.append(at)
        return torch.from_numpy(segments), torch.tensor(labels)


def fit(strokes):
    """Segments in the picture: the longer side fills it."""
    allp = np.vstack(strokes)
    low, high = allp.min(0), allp.max(0)
    scale = SPAN / max((high - low).max(), 1e-6)
    shift = (SIDE - (high - low) * scale) / 2
    seg = []
    for s in strokes:
        s = (s - low) * scale + shift
        if len(s) == 1:
            s = np.vstack([s, s + 1e-3])
        seg += [np.hstack([p, q]) for p, q in zip(s, s[1:])]
    if len(seg) > SEGMENTS:
        keep = []
        total = len(seg)
        for s in strokes:
            s = (s - low) * scale + shift
            n = max(2, int(len(s) * (SEGMENTS - len(strokes)) / total))
            at = np.linspace(0, len(s) - 1, n).astype(int)
            keep += [np.hstack([s[i], s[j]]) for i, j in zip(at, at[1:])]
        seg = keep[:SEGMENTS]
    out = np.full((SEGMENTS, 4), 1e4, np.float32)
    out[:len(seg)] = np.array(seg, np.float32)
    return out


GRID = torch.stack(torch.meshgrid(torch.arange(SIDE) + .5, torch.arange(SIDE) + .5, indexing='xy'), -1).reshape(1, 1, -1, 2)


def pictures(segments):
    """Five planes: ink, and ink along each of four directions."""
    a, b = segments[..., None, :2], segments[..., None, 2:]
    way = b - a
    along = (((GRID - a) * way).sum(-1) / (way * way).sum(-1).clamp_min(1e-9)).clamp(0, 1)
    away = (GRID - a - along[..., None] * way).norm(dim=-1)
    ink = (1.8 - away).clamp(0, 1)
    unit = way / way.norm(dim=-1, keepdim=True).clamp_min(1e-6)
    planes = [ink.amax(1)]
    for k in range(4):
        d = torch.tensor([math.cos(k * math.pi / 4), math.sin(k * math.pi / 4)])
        lean = ((unit * d).sum(-1) ** 2 * 2 - 1).clamp(0, 1)
        planes.append((ink * lean).amax(1))
    return torch.stack(planes, 1).reshape(-1, 5, SIDE, SIDE)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.c1, self.c2, self.c3 = nn.Conv2d(5, 16, 3, padding=1), nn.Conv2d(16, 32, 3, padding=1), nn.Conv2d(32, 48, 3, padding=1)
        self.f1, self.f2, self.drop = nn.Linear(48 * 16, 96), nn.Linear(96, len(LABELS)), nn.Dropout(.3)

    def forward(self, x):
        for c in (self.c1, self.c2, self.c3):
            x = torch.max_pool2d(torch.relu(c(x)), 2)
        return self.f2(self.drop(torch.relu(self.f1(x.flatten(1)))))


def save(net, path):
    import onnx
    from onnx import helper, numpy_helper, TensorProto
    w = {k: v.detach().numpy() for k, v in net.state_dict().items()}
    nodes, last = [], 'picture'
    for i in '123':
        nodes += [helper.make_node('Conv', [last, f'c{i}.weight', f'c{i}.bias'], [f'c{i}'], kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
                  helper.make_node('Relu', [f'c{i}'], [f'r{i}']), helper.make_node('MaxPool', [f'r{i}'], [f'p{i}'], kernel_shape=[2, 2], strides=[2, 2])]
        last = f'p{i}'
    nodes += [helper.make_node('Flatten', [last], ['flat'], axis=1), helper.make_node('Gemm', ['flat', 'f1.weight', 'f1.bias'], ['full'], transB=1),
              helper.make_node('Relu', ['full'], ['seen']), helper.make_node('Gemm', ['seen', 'f2.weight', 'f2.bias'], ['scores'], transB=1)]
    value = lambda name, sides: helper.make_tensor_value_info(name, TensorProto.FLOAT, sides)
    graph = helper.make_graph(nodes, 'symbols', [value('picture', [1, 5, SIDE, SIDE])], [value('scores', [1, len(LABELS)])],
                              [numpy_helper.from_array(v, k) for k, v in w.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid('', 13)], ir_version=8)
    model.metadata_props.add(key='labels', value=' '.join(LABELS))
    onnx.save(model, path)


def main():
    folder, path = sys.argv[1:3]
    minutes = float(sys.argv[sys.argv.index('--minutes') + 1]) if '--minutes' in sys.argv else 12
    torch.manual_seed(SEED), torch.set_num_threads(1)
    ink, net = Ink(folder), Net()
    steps = int(minutes * 330)
    opt = torch.optim.AdamW(net.parameters(), 2e-3, weight_decay=1e-3)
    plan = torch.optim.lr_scheduler.OneCycleLR(opt, 3e-3, total_steps=steps)
    began, right = time.time(), 0.
    for step in range(steps):
        segments, labels = ink.batch()
        scores = net(pictures(segments))
        loss = nn.functional.cross_entropy(scores, labels, label_smoothing=.05)
        opt.zero_grad(), loss.backward(), opt.step(), plan.step()
        right = .98 * right + .02 * (scores.argmax(1) == labels).float().mean().item()
        if step % 100 == 0:
            print(step, steps, round(loss.item(), 3), round(right, 4), int(time.time() - began), flush=True)
        if step % 500 == 499:
            save(net.eval(), path), net.train()
    save(net.eval(), path)


if __name__ == '__main__':
    main()
