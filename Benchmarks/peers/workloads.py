"""What every program measures: the table of `unroll bench`, and how figures are printed."""
import json
import statistics
import sys
import time

# name: (cell, layers, hidden size, batch size, sequence length)
WORKLOADS = {
    "rnn-1x128": ("RNN", 1, 128, 50, 50),
    "lstm-2x128": ("LSTM", 2, 128, 50, 50),
    "gru-2x256": ("GRU", 2, 256, 50, 50),
    "rnn-2x256": ("RNN", 2, 256, 50, 50),
    "lstm-2x512": ("LSTM", 2, 512, 100, 100),
    "gru-2x512": ("GRU", 2, 512, 100, 100),
    "lstm-1x1024": ("LSTM", 1, 1024, 128, 64),
}
VOCABULARY = 65


def chosen():
    return sys.argv[1:] or list(WORKLOADS)


def emit(**figure):
    print(json.dumps(figure), flush=True)


def median_step(step, seconds=3.0, warm_up=3):
    """The median duration of a step, over at least five and for about `seconds`."""
    for _ in range(warm_up):
        step()
    durations = []
    start = time.perf_counter()
    while len(durations) < 5 or time.perf_counter() - start < seconds:
        before = time.perf_counter()
        step()
        durations.append(time.perf_counter() - before)
    return statistics.median(durations)


def tokens_per_second(next_token, seconds=2.0, warm_up=20):
    for _ in range(warm_up):
        next_token()
    count, start = 0, time.perf_counter()
    while count < 50 or time.perf_counter() - start < seconds:
        next_token()
        count += 1
    return count / (time.perf_counter() - start)
