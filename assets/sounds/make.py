#!/usr/bin/env python3
"""Makes the kiosk's sounds, which lie beside this file: each tells by pitch and rhythm alone what happened.

Run it without arguments; the same bytes come every time.
"""
import math
import pathlib
import struct
import wave

RATE = 16_000
# What: (start s, length s, frequency Hz, loudness 0..1), like a soft bell. A fall says no, a rise says yes.
SOUNDS = {
    "paid": [(0.00, 0.50, 659.3, 0.55), (0.13, 0.50, 830.6, 0.55), (0.26, 0.75, 1318.5, 0.60)],
    "not_paid": [(0.00, 0.35, 392.0, 0.70), (0.22, 0.60, 261.6, 0.75)],
    "asking": [(0.00, 0.30, 523.3, 0.45), (0.30, 0.30, 523.3, 0.45), (0.60, 0.40, 523.3, 0.45)],
    "given_back": [(0.00, 0.40, 880.0, 0.50), (0.16, 0.40, 698.5, 0.50), (0.32, 0.70, 880.0, 0.55)],
    "ended": [(0.00, 0.55, 440.0, 0.50)],
}


def tone(at, length, frequency, loudness):
    if not 0 <= at < length:
        return 0.0
    swell = min(1.0, at / 0.008) * min(1.0, (length - at) / 0.03)
    partials = ((1, 1.0, 5.0), (2, 0.35, 8.0), (3, 0.12, 12.0))
    sound = sum(part * math.exp(-decay * at) * math.sin(2 * math.pi * number * frequency * at)
                for number, part, decay in partials)
    return loudness * swell * sound / 1.47


for name, tones in SOUNDS.items():
    length = max(start + long for start, long, _, _ in tones)
    samples = (sum(tone(n / RATE - start, long, hz, loud) for start, long, hz, loud in tones)
               for n in range(int(length * RATE)))
    with wave.open(str(pathlib.Path(__file__).with_name(f"{name}.wav")), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(b"".join(struct.pack("<h", round(32_000 * max(-1.0, min(1.0, s)))) for s in samples))
