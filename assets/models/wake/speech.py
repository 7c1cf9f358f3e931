"""Speech to learn from: espeak-ng and flite say the phrase, what sounds like it, and much else; rooms and noise.

Everything is drawn from one seeded generator, so a run is repeatable with the same versions of the synthesisers.
"""

import io
import re
import subprocess
import warnings

import numpy as np
from pypinyin import Style, lazy_pinyin
from scipy.io import wavfile
from scipy.signal import butter, fftconvolve, lfilter, resample_poly

# A synthesiser that writes to a pipe cannot say how long its file will be.
warnings.filterwarnings("ignore", category=wavfile.WavFileWarning)

RATE = 16_000
PHRASES = {"zh": "你好讲台", "en": "hello dais"}

# What a class says that begins, ends or sounds like the phrase. What a person could not tell from it is left out.
NEAR = {
    "zh": """你好|讲台|你好老师|你好同学|您好|讲台上|走上讲台|你好讲师|你好将来|你好阳台|你好舞台|你好江台长|你好台湾|
        站在讲台|你好奖状|你好姜太太|你早讲台|你们讲台|拿好讲稿|你好电台|李老师讲台|好讲台|你好讲|泥巴讲台|你跑讲台|
        你好讲话|你好奖牌|你好讲解|你要讲太快|你好强|我的讲台|你好吗讲一讲|你好平台|你好窗台|你好抬一下|写好讲台词|
        你好天台|你好|你好|讲台|大家好|老师好|同学们好|你好请坐|你好再见|你好开始上课|你好下一页|你好小朋友""",
    "en": """hello|dais|the dais|hello there|hello daisy|hello davis|hello dear|hello days ahead|yellow dress|hello day|
        hello data|hello dallas|hello david|below this|fellow dancers|hello this is|hello everyone|on the dais|yellow daisies|
        hello daniel|hello dice|hollow days|mellow daisies|jello days|hello ladies|hello base|hello space|a low dais|
        hello dentist|hello taste|hello place|hello faces|hello nice|hello bass|halo daze|hey daisy|hello|hello|oh dais|
        tell us days|hello to us|hello to all|hello today is monday|hello in this|lower the dais|the dais is high""",
}
NEAR = {tongue: [word.strip() for word in words.replace("\n", "").split("|")] for tongue, words in NEAR.items()}

VARIANTS = """f1 f2 f3 f4 f5 m1 m2 m3 m4 m5 m6 m7 m8 Alex Alicia Andrea Andy Annie Denis Diogo Gene Henrique Hugo Jacky Lee
    Marco Mario Michael Mike Nguyen adam anika antonio aunty belinda benjamin boris caleb david ed edward gustave iven
    john klatt2 klatt4 linda marcelo max michel miguel pablo paul pedro quincy rob robert sandro steph steph2 travis
    victor zac klatt klatt3 RicishayMax kaukovalta norbert""".split()
ESPEAK = {"zh": ["cmn-latn-pinyin"],
          "en": ["en-us", "en-gb", "en-gb-scotland", "en-gb-x-rp", "en-gb-x-gbclan", "en-gb-x-gbcwmd", "en-029", "en-us-nyc"]}
FLITE = ["awb", "rms", "slt"]


def pinyin(text):
    """Syllables with tone numbers, which espeak-ng reads without its large dictionary."""
    return " ".join(lazy_pinyin(text, style=Style.TONE3, neutral_tone_with_five=True))


def _wave(command):
    said = subprocess.run(command, capture_output=True, check=True).stdout
    if len(said) < 1000:   # nothing in it that can be said
        return np.zeros(RATE // 10, np.float32)
    rate, samples = wavfile.read(io.BytesIO(said))
    samples = samples.astype(np.float32) / 32768
    return samples if rate == RATE else resample_poly(samples, RATE // 20, rate // 20).astype(np.float32)


def say(text, tongue, draw):
    """One voice says it: samples at 16 kHz, silence around them cut away."""
    if tongue == "en" and draw.random() < 0.2:
        stretch = draw.uniform(0.75, 1.35)
        samples = _wave(["flite", "-voice", str(draw.choice(FLITE)), "--setf", f"duration_stretch={stretch}",
                         "-t", text.lstrip("- "), "-o", "/dev/stdout"])
    else:
        voice = f"{draw.choice(ESPEAK[tongue])}+{draw.choice(VARIANTS)}"
        words = pinyin(text) if tongue == "zh" else text.lstrip("- ")
        samples = _wave(["espeak-ng", "-v", voice, "-s", str(draw.integers(110, 240)), "-p", str(draw.integers(5, 95)),
                         "--stdout", "-b", "1", words])
    # Higher or lower with its formants, as children and large men are.
    if draw.random() < 0.5:
        samples = resample_poly(samples, 100, int(draw.integers(84, 116))).astype(np.float32)
    loud = np.flatnonzero(np.abs(samples) > 0.02 * np.abs(samples).max())
    return samples[loud[0]: loud[-1] + 1] if len(loud) else samples


def room(samples, draw):
    """A classroom's echo: decaying noise of 0.1 to 0.9 s behind the direct sound, and a microphone's own colour."""
    seconds = draw.uniform(0.1, 0.9)
    length = int(RATE * seconds)
    tail = draw.standard_normal(length) * np.exp(-6.9 * np.arange(length) / length)
    tail *= draw.uniform(0.1, 1.0) / np.sqrt(np.sum(tail ** 2))
    tail[0] = 1
    wet = fftconvolve(samples, tail)[: len(samples)]
    if draw.random() < 0.5:
        low, high = draw.uniform(60, 350), draw.uniform(3000, 7500)
        wet = lfilter(*butter(2, [low, high], "band", fs=RATE), wet)
    return wet.astype(np.float32)


def noise(length, draw, babble):
    """White to brown, a fan's or mains' hum, or people talking."""
    kind = draw.integers(0, 4)
    if kind == 0 and len(babble):
        at = draw.integers(0, max(1, len(babble) - length), size=3)
        made = sum(np.resize(babble[start: start + length], length) for start in at)
    elif kind == 1:
        base = draw.choice([50, 60, 100, 120, 170])
        time = np.arange(length) / RATE
        made = sum(draw.random() / k * np.sin(2 * np.pi * base * k * time + draw.random() * 6) for k in range(1, 9))
        made = made + 0.1 * draw.standard_normal(length)
    else:
        spectrum = np.fft.rfft(draw.standard_normal(length))
        made = np.fft.irfft(spectrum / np.maximum(1, np.arange(len(spectrum))) ** draw.uniform(0, 1), length)
    return (made / (np.sqrt(np.mean(made ** 2)) + 1e-9)).astype(np.float32)


def heard(samples, draw, babble):
    """As a microphone across a room hears it: echo, noise 0 to 35 dB below, any loudness."""
    wet = room(samples, draw) if draw.random() < 0.8 else samples
    level = np.sqrt(np.mean(wet ** 2)) + 1e-9
    mixed = wet / level + noise(len(wet), draw, babble) * 10 ** (-draw.uniform(2, 35) / 20)
    mixed = mixed / np.abs(mixed).max() * 10 ** (-draw.uniform(0, 32) / 20)
    return np.clip(mixed, -1, 1).astype(np.float32)


def sentences(path, tongue):
    """Short sentences out of a file of quotations."""
    text = re.sub(r"\x1b?\[[0-9;]*m", "", open(path, encoding="utf-8", errors="ignore").read())
    if tongue == "zh":
        return [part for part in re.findall(r"[\u4e00-\u9fff]{4,20}", text) if PHRASES["zh"] not in part]
    parts = re.split(r"[.!?%\n]{1,}\s", text.replace("\n", " "))
    return [part.strip()[:140] for part in parts if len(part.strip()) > 15 and "dais" not in part.lower()]
