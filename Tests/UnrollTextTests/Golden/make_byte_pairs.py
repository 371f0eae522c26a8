"""Writes byte-pairs.json: what Hugging Face's tokenizers learns and encodes.

    pip install tokenizers==0.22.1
    python make_byte_pairs.py

The tests read the file only; they need no Python.
"""

import json
import pathlib
import random

import tokenizers
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

assert tokenizers.__version__ == "0.22.1", tokenizers.__version__

PROSE = """The old clock struck twelve, and she'd not yet come; he couldn't think why.
"I'll wait," said the keeper, "as I've waited since 1897 -- there's no hurry, is there?"
  They're all gone:  the miller, the baker's boy, two sailors and 3.50 in change!
\tTabs,\r\ncarriage returns   and trailing spaces   \n\n\nend
ДОРОГА шла через лес, и лес стоял тихо. Лес, лес, лес...
山の上に月が出た。月は山の上にある。２０２４年
naïve café déjà-vu; cafe\u0301 nai\u0308ve; 'tis 'save 're' o'clock ''ll
नमस्ते दुनिया — مرحبا بالعالم — שלום עולם
👨‍👩‍👧‍👦👍🏽🇩🇪 ½ ² Ⅷ x²+y² \u00a0non\u2003breaking\u3000spaces \u0085 \x1f
"""


def synthetic(seed, alphabet, count):
    """Words of a skewed distribution over a small alphabet: many ties and overlaps."""
    generator = random.Random(seed)
    words = [
        "".join(generator.choices(alphabet, k=generator.randint(1, 9))) for _ in range(count // 8)
    ]
    return " ".join(words[int(len(words) * generator.random() ** 3)] for _ in range(count))


def case(name, text, size, minimum, reserved, probes):
    tokenizer = Tokenizer(models.BPE())
    split = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.pre_tokenizer = split
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        min_frequency=minimum,
        special_tokens=[f"<{entry}>" for entry in reserved],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator([text], trainer)
    model = json.loads(tokenizer.to_str())["model"]
    vocabulary = sorted(model["vocab"], key=model["vocab"].get)
    return {
        "name": name,
        "text": text,
        "vocabularySize": size,
        "minimumCount": minimum,
        "reserved": reserved,
        "entries": vocabulary[len(reserved) :],
        "merges": [" ".join(merge) for merge in model["merges"]],
        "encoded": [
            {
                "text": probe,
                "pieces": [probe[start:end] for _, (start, end) in split.pre_tokenize_str(probe)],
                "tokens": tokenizer.encode(probe).ids,
            }
            for probe in [text] + probes
        ],
    }


PROBES = [
    "",
    " ",
    "  ",
    "The keepers' clocks weren't   striking.\n",
    "unseen ЖЩ 漢字 🦄🦄",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa aaaa",
    " \n \n a\n\nb \t c",
]
CASES = [
    case("prose", PROSE, 400, 0, [], PROBES),
    case("prose, frequent pairs only", PROSE, 1000, 3, ["end"], PROBES),
    case("prose, until nothing is left", PROSE, 4000, 0, ["unknown", "end"], PROBES),
    case("two letters", synthetic(1, "ab", 600), 420, 0, [], ["abba" * 9, "bbbbbbb aab"]),
    case("one letter", synthetic(2, "a", 200), 300, 0, [], ["a" * 57]),
    case("nine letters", synthetic(3, "etaoinshr", 1500), 600, 2, [], ["nation shorter hate"]),
]
path = pathlib.Path(__file__).with_name("byte-pairs.json")
path.write_text("[\n" + ",\n".join(json.dumps(case) for case in CASES) + "\n]\n")
