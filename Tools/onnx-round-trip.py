"""Compares exported models in ONNX Runtime with what Unroll computes.

    python3 -m venv /tmp/venv
    /tmp/venv/bin/pip install onnx==1.23.2 onnxruntime==1.32.0 safetensors==0.8.0 numpy==2.4.6
    mkdir /tmp/models
    UNROLL_EXCHANGE_FOLDER=/tmp/models swift test -c release --filter RoundTripFiles
    /tmp/venv/bin/python Tools/onnx-round-trip.py /tmp/models .build/release/unroll

For every cell, one to three layers, and one-hot input, an embedding or tied weights: `unroll convert`, onnx.checker, and 200
tokens of two texts, both at once and one token at a time with the state carried on. For classifiers with every cell and pooling and
for taggers: texts of different lengths side by side. Fails where anything differs by more than 1e-4.
"""

import json
import pathlib
import subprocess
import sys

import numpy
import onnx
import onnxruntime
from safetensors.numpy import load_file

TOLERANCE = 1e-4


def run(session, tokens, state):
    names = [output.name for output in session.get_outputs()]
    results = dict(zip(names, session.run(None, {"tokens": tokens, **state})))
    return results["logits"], {name: results["next_" + name] for name in state}


def of_texts(session, expected):
    types = {"tensor(int64)": numpy.int64, "tensor(int32)": numpy.int32}
    inputs = {value.name: expected[value.name].astype(types[value.type]) for value in session.get_inputs()}
    (logits,) = session.run(None, inputs)
    assert logits.shape == expected["logits"].shape, logits.shape
    # What a tagger says past the end of a sentence means nothing.
    if logits.ndim == 3:
        past = numpy.arange(logits.shape[0])[:, None] >= expected["lengths"]
        logits, expected["logits"] = (numpy.where(past[..., None], 0, x) for x in (logits, expected["logits"]))
    return [numpy.abs(logits - expected["logits"]).max()]


def differences(path, expected):
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    return of_texts(session, expected) if "hidden" not in expected else list(of_language(session, expected))


def of_language(session, expected):
    tokens = expected["tokens"].astype(numpy.int64)
    zeros = {
        name: numpy.zeros_like(expected[name])
        for name in ["hidden", "cell"] if expected[name].size > 0
    }
    logits, state = run(session, tokens, zeros)
    pieces, carried = [], zeros
    for token in tokens:
        piece, carried = run(session, token[None], carried)
        pieces.append(piece)
    for way, got, end in [("at once", logits, state), ("one by one", numpy.concatenate(pieces), carried)]:
        assert got.shape == expected["logits"].shape, (way, got.shape)
        yield max(numpy.abs(got - expected["logits"]).max(), *(numpy.abs(end[n] - expected[n]).max() for n in end))


def main(folder, unroll):
    worst = 0.0
    models = sorted(pathlib.Path(folder).glob("*.safetensors"))
    for path in models:
        output = str(path.with_suffix(".onnx"))
        subprocess.run([unroll, "convert", str(path), output], check=True)
        model = onnx.load(output)
        onnx.checker.check_model(model, full_check=True)
        metadata = {entry.key: entry.value for entry in model.metadata_props}
        assert json.loads(metadata["unroll.tokenizer"])["kind"] == "characters"
        found = differences(output, load_file(path.with_suffix(".expected")))
        print(f"{path.stem:36} " + "   ".join(f"{way} {value:.2e}" for way, value in zip(["at once", "one by one"], found)))
        worst = max(worst, *found)
    print(f"{len(models)} models, largest difference {worst:.2e}")
    return 0 if models and worst <= TOLERANCE else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
