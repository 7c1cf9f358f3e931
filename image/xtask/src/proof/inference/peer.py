"""Runs networks by onnxruntime on one thread, each as it is asked for on standard input.

A request, all little-endian: u32 length and the path of an ONNX file, u32 count and u32 sides of its input, the
input's f32 numbers. The answer: f64 processor milliseconds of the run alone, u32 count and f32 numbers of the first
output."""

import struct
import sys
import time

import numpy as np
import onnxruntime

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
options.inter_op_num_threads = 1
sessions = {}


def number(source):
    start = source.read(4)
    if len(start) < 4:
        sys.exit(0)
    return struct.unpack("<I", start)[0]


source, sink = sys.stdin.buffer, sys.stdout.buffer
while True:
    path = source.read(number(source)).decode()
    shape = [number(source) for _ in range(number(source))]
    values = np.frombuffer(source.read(4 * int(np.prod(shape))), "<f4").reshape(shape)
    if path not in sessions:
        sessions[path] = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    session = sessions[path]
    name = session.get_inputs()[0].name
    start = time.process_time()
    output = session.run(None, {name: values})[0]
    spent = (time.process_time() - start) * 1000
    sink.write(struct.pack("<dI", spent, output.size) + np.ascontiguousarray(output, "<f4").tobytes())
    sink.flush()
