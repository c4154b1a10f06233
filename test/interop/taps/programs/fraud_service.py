"""Scores payments by ONNX Runtime behind FastAPI: a model trained here, exported, and served as services do."""

import os
import tempfile

import numpy as np
import onnxruntime
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel
from skl2onnx import to_onnx
from sklearn.linear_model import LogisticRegression

FEATURES = ["amount", "hour", "country_risk", "failed_logins"]


def exported():
    draw = np.random.default_rng(3)
    rows = draw.uniform([1, 0, 0, 0], [900, 24, 1, 6], (500, 4)).astype(np.float32)
    fraud = (rows[:, 0] / 400 + rows[:, 2] + rows[:, 3] / 4 + draw.normal(0, 0.3, 500) > 2.2).astype(np.int64)
    model = to_onnx(LogisticRegression().fit(rows, fraud), rows[:1], options={"zipmap": False}, target_opset=17)
    model.model_version = 12
    model.graph.name = "payment-fraud"
    file = os.path.join(tempfile.mkdtemp(), "payment_fraud.onnx")
    with open(file, "wb") as out:
        out.write(model.SerializeToString())
    return file


session = onnxruntime.InferenceSession(exported(), providers=["CPUExecutionProvider"])


class Payment(BaseModel):
    amount: float
    hour: int
    country_risk: float
    failed_logins: int


def score(payments):
    rows = np.array([[getattr(one, name) for name in FEATURES] for one in payments], np.float32)
    labels, chances = session.run(["label", "probabilities"], {"X": rows})
    return [{"fraud": bool(label), "chance": round(float(row[1]), 4)} for label, row in zip(labels, chances)]


app = FastAPI()


@app.post("/score")
def score_payments(payments: list[Payment]):
    return score(payments)


@app.post("/bound")
def score_bound(payments: list[Payment]):
    """The same without copies: inputs and outputs are bound to memory first."""
    binding = session.io_binding()
    binding.bind_cpu_input("X", np.array([[getattr(one, name) for name in FEATURES] for one in payments], np.float32))
    binding.bind_output("probabilities")
    session.run_with_iobinding(binding)
    return binding.copy_outputs_to_cpu()[0].tolist()


@app.post("/doubles")
def score_doubles(payments: list[Payment]):
    """Numbers of the wrong type: ONNX Runtime raises."""
    rows = np.array([[getattr(one, name) for name in FEATURES] for one in payments])
    return session.run(None, {"X": rows})


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ["PORT"]), log_level="warning")
