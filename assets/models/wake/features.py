"""Speech embeddings as the service computes them: log-mel frames, then 96 numbers for 0.76 s, every 80 ms."""

import numpy as np
import onnxruntime

STEP = 1280          # samples between embeddings
WINDOW = 16          # embeddings the head sees
OVERLAP = 352        # samples of the step before that its first mel frame needs (512 - 160)
CLIP = 25 * STEP + OVERLAP  # samples that give exactly WINDOW embeddings
FRAMES, HOP = 76, 8  # mel frames an embedding covers, and between two


class Ears:
    def __init__(self, mel, embedding):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self.mel = onnxruntime.InferenceSession(mel, options, providers=["CPUExecutionProvider"])
        self.embedding = onnxruntime.InferenceSession(embedding, options, providers=["CPUExecutionProvider"])

    def hear(self, samples):
        """Embeddings [n, 96] of samples in -1..1, computed step by step: the mel net clamps each run's frames at 80 dB
        below its loudest, so longer runs would give other numbers than the service ever sees."""
        wave = (samples * 32767).astype(np.float32)
        name = self.mel.get_inputs()[0].name
        steps = [self.mel.run(None, {name: wave[None, at: at + STEP + OVERLAP]})[0].reshape(8, 32) / 10 + 2
                 for at in range(0, len(wave) - STEP - OVERLAP + 1, STEP)]
        mel = np.concatenate(steps)[4:]
        count = (len(mel) - FRAMES) // HOP + 1
        windows = np.stack([mel[at * HOP: at * HOP + FRAMES] for at in range(count)])[..., None]
        name = self.embedding.get_inputs()[0].name
        parts = [self.embedding.run(None, {name: windows[at: at + 64]})[0].reshape(-1, 96)
                 for at in range(0, count, 64)]
        return np.concatenate(parts)


def windows(embeddings):
    """Every run of WINDOW embeddings: [n - 15, 16, 96]."""
    return np.lib.stride_tricks.sliding_window_view(embeddings, (WINDOW, 96))[:, 0]
