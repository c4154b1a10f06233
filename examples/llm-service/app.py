"""A help desk that answers from its documents. Tracing is set up from outside, by opentelemetry-instrument."""

import asyncio
import json
import threading

from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from assistant import Assistant

app = FastAPI()
assistant = Assistant()


class Question(BaseModel):
    question: str = Field(min_length=1, max_length=2000)


@app.post("/ask")
def ask(asked: Question):
    answer = assistant.answer(asked.question)
    return {"answer": answer.text, "sources": answer.sources}


@app.post("/ask/stream")
async def ask_stream(asked: Question):
    """Server-sent events: `data: {"text": …}` for each piece, then `event: done` with the sources."""
    return StreamingResponse(pieces_of_answer(asked.question), media_type="text/event-stream")


async def pieces_of_answer(question):
    loop, pieces, gone = asyncio.get_running_loop(), asyncio.Queue(), threading.Event()

    def on_text(piece):
        loop.call_soon_threadsafe(pieces.put_nowait, piece)
        return gone.is_set()

    # The model computes in a thread; the thread has this request's trace as its context.
    working = asyncio.create_task(asyncio.to_thread(assistant.answer, question, on_text))
    working.add_done_callback(lambda _: pieces.put_nowait(None))
    try:
        while (piece := await pieces.get()) is not None:
            yield f"data: {json.dumps({'text': piece})}\n\n"
        yield f"event: done\ndata: {json.dumps({'sources': (await working).sources})}\n\n"
    finally:
        gone.set()
