"""
Prints what a call of a library costs in microseconds of this thread's CPU: as it is (SPANLINE_TAPS=0), or tapped, with its
values described and without. Names of parts as arguments; a part whose library is not there prints nothing.
"""

import json
import os
import sys
import time

from opentelemetry import trace
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider

provider = TracerProvider()
provider.add_span_processor(SpanProcessor())
trace.set_tracer_provider(provider)
ROUNDS = 7
tapped = os.environ.get("SPANLINE_TAPS") != "0"


def estimator():
    import numpy as np
    import pandas as pd
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    rows = pd.DataFrame(np.random.default_rng(1).normal(size=(200, 20)), columns=["f%d" % at for at in range(20)])
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(rows, rows["f0"] > 0)
    one = rows.head(1)
    return "scikit-learn, pipeline, a row of 20", lambda: model.predict_proba(one)


def onnx():
    import numpy as np
    import onnxruntime
    from skl2onnx import to_onnx
    from sklearn.linear_model import LogisticRegression

    rows = np.random.default_rng(1).normal(size=(200, 20)).astype(np.float32)
    model = to_onnx(LogisticRegression().fit(rows, rows[:, 0] > 0), rows[:1], options={"zipmap": False}, target_opset=17)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    one = {"X": rows[:1]}
    return "ONNX Runtime, a row of 20", lambda: session.run(None, one)


def booster():
    import numpy as np
    import xgboost

    rows = np.random.default_rng(1).normal(size=(200, 20))
    model = xgboost.XGBClassifier(n_estimators=50, n_jobs=1).fit(rows, (rows[:, 0] > 0).astype(int))
    return "XGBoost, a row of 20", lambda: model.predict_proba(rows[:1])


def faiss():
    import faiss
    import numpy as np

    faiss.omp_set_num_threads(1)
    vectors = np.random.default_rng(1).normal(size=(10_000, 384)).astype(np.float32)
    index = faiss.IndexFlatIP(384)
    index.add(vectors)
    return "faiss, 1 of 10,000 vectors of 384", lambda: index.search(vectors[:1], 10)


def image():
    import torch
    from torch import nn

    torch.set_num_threads(1)
    net = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 10)).eval()
    picture = torch.rand(1, 3, 224, 224)
    torch.set_grad_enabled(False)
    return "torch, a picture of 3×224×224", lambda: net(picture)


def layers():
    import torch
    from torch import nn

    torch.set_num_threads(1)
    net = nn.Sequential(*(nn.Identity() for _ in range(1000))).eval()
    value = torch.rand(1)
    torch.set_grad_enabled(False)
    return "torch, 1,000 modules in one", lambda: net(value)


def cost(call):
    for _ in range(3):
        call()
    began = time.thread_time()
    call()
    count = max(3, min(500, int(0.05 / max(1e-6, time.thread_time() - began))))
    found = []
    for _ in range(ROUNDS):
        began = time.thread_time()
        for _ in range(count):
            call()
        found.append((time.thread_time() - began) / count * 1e6)
    # What others on the machine take shows in the greater ones.
    return min(found)


def let_through(yes):
    tap = sys.modules.get("_spanline.taps.tap")
    if tap is not None:
        tap.Rate.take = lambda self: yes


for name in sys.argv[1:]:
    try:
        title, call = globals()[name]()
    except ImportError:
        continue
    figures = {"part": name, "title": title}
    if tapped:
        let_through(True)
        figures["described"] = cost(call)
        let_through(False)
        figures["undescribed"] = cost(call)
    else:
        figures["plain"] = cost(call)
    print(json.dumps(figures), flush=True)
