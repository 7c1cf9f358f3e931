"""Writes the trained network as a small ONNX file: batch norms folded, weights as int8 with one scale a row.

    python export.py net.pt ink.onnx

The head is cut in halves, because an inference engine may refuse to unfold constants above 4 MiB beforehand.
"""

import sys

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

import synth
from glyphs import CLASSES
from train import Net


class Graph:
    def __init__(self):
        self.nodes, self.constants = [], []

    def constant(self, name, values):
        self.constants.append(numpy_helper.from_array(values, name))
        return name

    def small(self, name, values):
        """A weight as int8 rows and their scales."""
        rows = values.reshape(len(values), -1)
        scale = np.maximum(np.abs(rows).max(1), 1e-8) / 127
        whole = np.clip(np.round(rows / scale[:, None]), -127, 127).astype(np.int8).reshape(values.shape)
        scale = scale.astype(np.float32).reshape([-1] + [1] * (values.ndim - 1))
        self.add("Cast", [self.constant(name + ".i8", whole)], name + ".f", to=TensorProto.FLOAT)
        return self.add("Mul", [name + ".f", self.constant(name + ".scale", scale)], name)

    def add(self, kind, inputs, output, **attributes):
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output


def folded(conv, norm):
    factor = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    shape = [-1] + [1] * (conv.weight.dim() - 1)
    return (conv.weight * factor.reshape(shape)).numpy(), (norm.bias - norm.running_mean * factor).numpy()


def main():
    state, target = sys.argv[1:3]
    net = Net().eval()
    net.load_state_dict(torch.load(state))
    graph = Graph()
    at = graph.add(
        "AveragePool", ["maps"], "pool", kernel_shape=[6, 6], pads=[1, 1, 1, 1], strides=[4, 4], count_include_pad=1
    )
    at = graph.add("Add", [at, graph.constant("tiny", np.array(1e-4, np.float32))], "pool.tiny")
    at = blurred = graph.add("Sqrt", [at], "pool.root")
    with torch.no_grad():
        for number, block in enumerate(net.body):
            weight, bias = folded(block.conv, block.norm)
            name = f"conv{number}"
            stride = block.conv.stride[0]
            out = graph.add(
                "Conv",
                [at, graph.small(name + ".w", weight), graph.constant(name + ".b", bias)],
                name,
                kernel_shape=[3, 3],
                pads=[1, 1, 1, 1],
                strides=[stride, stride],
            )
            out = graph.add("Relu", [out], name + ".relu")
            at = graph.add("Add", [at, out], name + ".sum") if block.keep else out
        at = graph.add("Flatten", [at], "flat", axis=1)
        learnt = graph.add("Gemm", [at, graph.small("narrow.w", net.narrow.weight.numpy())], "narrow", transB=1)
        at = graph.add("Flatten", [blurred], "pool.flat", axis=1)
        inputs = [at, graph.small("blurred.w", net.blurred.weight.numpy())]
        inputs.append(graph.constant("blurred.b", net.blurred.bias.numpy()))
        at = graph.add("Add", [learnt, graph.add("Gemm", inputs, "blurred", transB=1)], "feature")
        weight, bias = net.head.weight.numpy(), net.head.bias.numpy()
        half = len(weight) // 2
        parts = []
        for name, rows in (("low", slice(0, half)), ("high", slice(half, None))):
            inputs = [at, graph.small(name + ".w", weight[rows]), graph.constant(name + ".b", bias[rows])]
            parts.append(graph.add("Gemm", inputs, name, transB=1))
        graph.add("Concat", parts, "scores", axis=1)
    maps = helper.make_tensor_value_info("maps", TensorProto.FLOAT, ["n", synth.MAPS, synth.SIDE, synth.SIDE])
    scores = helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["n", len(CLASSES)])
    model = helper.make_model(
        helper.make_graph(graph.nodes, "ink", [maps], [scores], graph.constants),
        opset_imports=[helper.make_opsetid("", 17)],
        ir_version=8,
    )
    onnx.checker.check_model(model)
    onnx.save(model, target)


if __name__ == "__main__":
    main()
