"""Makes events.golden with the tensorboard package; the tests never need it.

    python -m pip install tensorboard==2.21.0
    python generate.py
"""
import pathlib
import struct

from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import masked_crc32c


def record(event):
    content = event.SerializeToString(deterministic=True)
    length = struct.pack("<Q", len(content))
    return length + struct.pack("<I", masked_crc32c(length)) + content + struct.pack("<I", masked_crc32c(content))


text = Summary.Value(tag="sample")
text.metadata.plugin_data.plugin_name = "text"
text.tensor.dtype = 7
text.tensor.tensor_shape.dim.add(size=1)
text.tensor.string_val.append("    one\n    two é".encode())
histogram = Summary.Value(tag="weights/fc.bias")
for key, value in dict(min=-1.0, max=2.0, num=3, sum=1.5, sum_squares=5.25).items():
    setattr(histogram.histo, key, value)
histogram.histo.bucket_limit.extend([0.5, 2.0])
histogram.histo.bucket.extend([2.0, 1.0])
events = [
    Event(wall_time=1.5, file_version="brain.Event:2"),
    Event(wall_time=1.5, step=4, session_log=SessionLog(status=SessionLog.START)),
    Event(wall_time=1.5, step=4, summary=Summary(value=[
        Summary.Value(tag="training/loss", simple_value=2.5), Summary.Value(tag="training/learning rate", simple_value=1e-3)])),
    Event(wall_time=1.5, step=4, summary=Summary(value=[text])),
    Event(wall_time=1.5, step=4, summary=Summary(value=[histogram])),
]
(pathlib.Path(__file__).parent / "events.golden").write_bytes(b"".join(map(record, events)))
