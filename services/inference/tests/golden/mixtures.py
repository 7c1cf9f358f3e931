"""mixtures.py OUT SPEECH.wav...: speech beside noise of five kinds at 0, 5 and 10 dB, for `example voice -- noise OUT`.

SPEECH is 16 kHz, one channel, 16 bits; of each the first 20 s are taken, and babble is made of the others. OUT gets
pairs NAME-KIND-DB-clean.wav and NAME-KIND-DB-noisy.wav at 48 kHz. Needs numpy and scipy.
"""

import os
import sys

import numpy as np
from scipy.io import wavfile
from scipy.signal import resample_poly

RATE = 48_000
SECONDS = 20


def shaped(draw, length, gain):
    """White noise whose spectrum is multiplied by a function of the frequency."""
    spectrum = np.fft.rfft(draw.standard_normal(length))
    return np.fft.irfft(spectrum * gain(np.fft.rfftfreq(length, 1 / RATE)), length)


def noise(kind, length, draw, others):
    if kind == "white":
        return draw.standard_normal(length)
    if kind == "pink":
        return shaped(draw, length, lambda hertz: 1 / np.sqrt(np.maximum(hertz, 20)))
    if kind == "fan":
        made = shaped(draw, length, lambda hertz: 1 / (1 + (hertz / 300) ** 2))
        hum = sum(0.3 / k * np.sin(2 * np.pi * 95 * k * np.arange(length) / RATE) for k in range(1, 8))
        return made / made.std() + hum
    if kind == "keys":
        made = 0.02 * draw.standard_normal(length)
        for at in draw.integers(0, length - 3000, length // 6000):
            made[at: at + 2400] += draw.standard_normal(2400) * np.exp(-np.arange(2400) / 300) * draw.uniform(0.5, 2)
        return made
    # Babble: five voices at once, each from anywhere.
    voices = (others[number % len(others)] for number in range(5))
    return sum(np.resize(np.roll(voice, int(draw.integers(len(voice)))), length) for voice in voices)


def main(out, *files):
    draw = np.random.default_rng(5)
    os.makedirs(out, exist_ok=True)
    voices = {}
    for file in files:
        rate, samples = wavfile.read(file)
        assert rate == 16_000, f"{file} has {rate} samples a second"
        voices[os.path.basename(file)[:-4].replace("-", "_")] = resample_poly(samples[: SECONDS * rate] / 32768, 3, 1)
    for name, speech in voices.items():
        speech = speech / np.abs(speech).max() * 0.5
        others = [voice for other, voice in voices.items() if other != name]
        for kind in ("white", "pink", "fan", "babble", "keys"):
            for level in (0, 5, 10):
                made = noise(kind, len(speech), draw, others)
                noisy = speech + made / made.std() * speech.std() * 10 ** (-level / 20)
                gain = min(1, 0.9 / np.abs(noisy).max()) * 32767
                for what, sound in (("clean", speech), ("noisy", noisy)):
                    wavfile.write(f"{out}/{name}-{kind}-{level}-{what}.wav", RATE, (sound * gain).astype(np.int16))


if __name__ == "__main__":
    main(*sys.argv[1:])
