"""Regenerates translation-scores.json with sacreBLEU; running the tests never needs it.

    python -m pip install sacrebleu==2.5.1 && python generate_translation_scores.py

The tokens of texts, and BLEU and chrF2 of lists of translations with their references.
"""

import json
import pathlib
import random

import sacrebleu
from sacrebleu.tokenizers.tokenizer_13a import Tokenizer13a

TEXTS = [
    "", " ", "Hello, world!", "It costs $1,234.56, not 1.234,56.", "3-4 dogs and well-known cats; \"quoted\" 'single'.",
    "a.b c,d .5 5. ,5 5, 1.2.3 ...", "x - y -- z 9-9-9 -1", "&quot;R&amp;D&quot; &lt;b&gt; &amp;quot;", "tabs\tand  spaces ",
    "l'été à la plage, n'est-ce pas ?", "¿Qué? «Rien», dit-il…", "[a](b){c}~`^_=+*/\\|<>@#%:;!?", "日本語、テスト。2,000円",
    "end-\nof line", "no <skipped> here", "1,2", ",,", "..1", "1..", "a,1,b", "e-mail 5-mail",
]
WORDS = "the a dog cat sat on mat , . ran 3.5 it's big-eyed ! and".split()


def systems():
    generator = random.Random(1)
    def sentence(most):
        return " ".join(generator.choice(WORDS) for _ in range(generator.randint(0, most)))
    yield ["the cat sat on the mat ."], ["the cat sat on the mat ."]
    yield ["the cat"], ["the cat sat on the mat"]
    yield [""], ["nothing was said"]
    yield ["something was said"], [""]
    yield ["a b c d"], ["e f g h"]
    yield ["five small words are here now"], ["seven little words were there then"]
    yield TEXTS, TEXTS[1:] + TEXTS[:1]
    for count in [1, 2, 5, 40]:
        references = [sentence(12) for _ in range(count)]
        translations = []
        for reference in references:
            words = [word for word in reference.split() if generator.random() > 0.2]
            translations.append(" ".join(words + generator.choices(WORDS, k=generator.randint(0, 2))))
        yield translations, references


tokenizer = Tokenizer13a()
result = {
    "version": sacrebleu.__version__,
    "tokens": [{"text": text, "tokens": tokenizer(text.rstrip()).split()} for text in TEXTS],
    "systems": [
        {
            "translations": translations, "references": references,
            "bleu": sacrebleu.corpus_bleu(translations, [references]).score,
            "chrF": sacrebleu.corpus_chrf(translations, [references]).score,
        }
        for translations, references in systems()
    ],
}
path = pathlib.Path(__file__).resolve().parent / "translation-scores.json"
path.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n")
