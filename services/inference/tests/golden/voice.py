"""voice.py MODELS HEAD: what onnxruntime 1.32.0 says of the sound that the voice tests make, for tests/golden/voice.txt.

MODELS is assets/fetched/models, HEAD assets/models/wake/head.onnx. The sound is made of whole numbers alone, so that both
sides hear exactly the same: a sweep whose loudness comes and goes.
"""

import sys

import numpy as np
import onnxruntime


def sound(length):
    at = np.arange(length, dtype=np.int64)
    sweep = at * at // 5000 % 401 - 200
    return (sweep * (at // 400 % 40)).astype(np.int16)


def net(path):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def main(models, head):
    samples = sound(25 * 1280 + 352)
    print("# onnxruntime", onnxruntime.__version__)
    silero, state, context = net(f"{models}/silero-vad-16k.onnx"), np.zeros((2, 1, 128), np.float32), np.zeros(64, np.float32)
    waves = (samples / np.float32(32768)).astype(np.float32)
    likely = []
    for at in range(0, 20 * 512, 512):
        window = np.concatenate([context, waves[at: at + 512]])
        context = window[-64:]
        out, state = silero.run(None, {"input": window[None], "state": state})
        likely.append(out.item())
    print("silero", *("%.6f" % value for value in likely))
    mel, embedding, word = net(f"{models}/speech-mel.onnx"), net(f"{models}/speech-embedding.onnx"), net(head)
    whole = waves * np.float32(32767)
    frames = np.concatenate([mel.run(None, {"input": whole[None, at: at + 1632]})[0].reshape(8, 32) / 10 + 2
                             for at in range(0, 25 * 1280, 1280)])
    print("mel", *("%.5f" % value for value in frames[::25, ::5].ravel()))
    windows = np.stack([frames[at: at + 76] for at in range(4, 4 + 8 * 16, 8)])[..., None]
    numbers = embedding.run(None, {"input_1": windows})[0].reshape(16, 96)
    print("embedding", *("%.4f" % value for value in numbers[::5, ::8].ravel()))
    print("head", *("%.6f" % value for value in word.run(None, {"embeddings": numbers[None]})[0].ravel()))
    first, second = net(f"{models}/dtln-1.onnx"), net(f"{models}/dtln-2.onnx")
    one = two = np.zeros((1, 2, 128, 2), np.float32)
    heard, total, clean = np.zeros(512, np.float32), np.zeros(512, np.float32), []
    for at in range(0, 40 * 128, 128):
        heard = np.concatenate([heard[128:], waves[at: at + 128]])
        spectrum = np.fft.rfft(heard)
        mask, one = first.run(None, {"input_2": np.abs(spectrum).astype(np.float32)[None, None], "input_3": one})
        wave = np.fft.irfft(spectrum * mask.ravel()).astype(np.float32)
        wave, two = second.run(None, {"input_4": wave[None, None], "input_5": two})
        total = np.concatenate([total[128:], np.zeros(128, np.float32)]) + wave.ravel()
        clean.append(total[:128])
    print("dtln", *("%.0f" % value for value in np.round(np.concatenate(clean)[1000::97] * 32768)))


if __name__ == "__main__":
    main(*sys.argv[1:])
