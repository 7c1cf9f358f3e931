#!/usr/bin/env python3
"""Prints the golden sample of a network for the models' manifest: what onnxruntime gives for an input that anybody can
make again. `golden.py FILE.onnx 1,3,48,160 [SHAPE of the second input ...]`; needs onnxruntime 1.32.0 and numpy."""

import sys

import numpy
import onnxruntime

# How many numbers are larger than those that are picked: some of the largest say most.
RANKS = [0, 10, 100, 1000, 3000]


def ramp(count):
    return (numpy.arange(count, dtype=numpy.uint64) * 2654435761 % 2**32 / 2.0**31 - 1).astype(numpy.float32)


def main():
    session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
    shapes = [[int(side) for side in word.split(",")] for word in sys.argv[2:]]
    names = [put.name for put in session.get_inputs()]
    feeds = {name: ramp(int(numpy.prod(shape))).reshape(shape) for name, shape in zip(names, shapes, strict=True)}
    outputs = []
    for output in session.run(None, feeds):
        flat = output.astype(numpy.float32).ravel()
        order = numpy.argsort(-numpy.abs(flat), kind="stable")
        at = [int(order[rank]) for rank in RANKS if rank < flat.size]
        values = ", ".join(f"{flat[place]:.6f}" for place in at)
        outputs.append(f"{{ shape = {list(output.shape)}, at = {at}, values = [{values}] }}")
    print(f"golden = {{ inputs = {shapes}, outputs = [{', '.join(outputs)}] }}")


main()
