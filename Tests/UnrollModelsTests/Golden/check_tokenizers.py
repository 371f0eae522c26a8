"""Compares written tokenizers in the tokenizers library with Unroll's own tokens, and writes the golden file of the tests.

    python3 -m venv /tmp/venv
    /tmp/venv/bin/pip install tokenizers==0.23.3
    mkdir /tmp/texts    # with any .txt files to try as well
    UNROLL_EXCHANGE_FOLDER=/tmp/texts swift test --filter writeTokenizersAndTokens
    /tmp/venv/bin/python Tests/UnrollModelsTests/Golden/check_tokenizers.py /tmp/texts
"""

import json
import pathlib
import sys

import tokenizers


def first_difference(ours, theirs):
    pairs = list(zip(ours, theirs))
    return next((i for i, (a, b) in enumerate(pairs) if a != b), len(pairs))


def main(folder):
    golden, failures = {}, 0
    for path in sorted(pathlib.Path(folder).glob("*.case")):
        case = json.loads(path.read_text())
        tokenizer = tokenizers.Tokenizer.from_str(json.dumps(case["tokenizer"]))
        count = 0
        for text in case["texts"]:
            encoding = tokenizer.encode(text["text"])
            count += len(encoding.ids)
            if encoding.ids != text["ids"]:
                failures += 1
                i = first_difference(text["ids"], encoding.ids)
                print(f"  {path.stem}: token {i} of {len(text['ids'])}: ours {text['ids'][i:i + 5]}, "
                      f"theirs {list(zip(encoding.ids, encoding.tokens, encoding.offsets))[i:i + 5]}")
            unchanged = case["tokenizer"]["normalizer"] is None
            if unchanged and "skip" not in path.stem and "unknown" not in path.stem and tokenizer.decode(encoding.ids) != text["text"]:
                failures += 1
                print(f"  {path.stem}: decoding gives another text")
            text["ids"] = encoding.ids
        print(f"{path.stem}: {count} tokens")
        if ".txt" not in path.stem:
            golden[path.stem] = case
    if failures == 0:
        output = pathlib.Path(__file__).parent / "tokenizers.json"
        cases = ",\n".join(f"{json.dumps(name)}: {json.dumps(case)}" for name, case in golden.items())
        output.write_text("{\n" + cases + "\n}\n")
    print(f"tokenizers {tokenizers.__version__}: {failures} differences")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
