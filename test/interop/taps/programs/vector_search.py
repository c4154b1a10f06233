"""The nearest of a few notes, by faiss, Chroma and Qdrant, all in memory; the vectors are counts of letters."""

import asyncio
import string

import chromadb
import faiss
import numpy as np
from qdrant_client import AsyncQdrantClient, QdrantClient
from qdrant_client.models import Distance, PointStruct, VectorParams

NOTES = {
    "desk": "The desk is open from nine to five.",
    "fines": "A late tool costs one coin a day.",
    "drills": "Drills are lent for three days at most.",
    "members": "Members pay a small fee each year.",
}


def vector(text):
    counts = np.array([text.lower().count(letter) for letter in string.ascii_lowercase], np.float32)
    return counts / np.linalg.norm(counts)


vectors = np.stack([vector(text) for text in NOTES.values()])
question = vector("When does the desk open?")


def by_faiss():
    index = faiss.IndexFlatIP(26)
    index.add(vectors)
    _, rows = index.search(question[None], 2)
    print([list(NOTES)[row] for row in rows[0]])


def by_chroma():
    notes = chromadb.EphemeralClient().create_collection("notes", embedding_function=None)
    places = [{"place": len(text)} for text in NOTES.values()]
    notes.add(ids=list(NOTES), embeddings=vectors, documents=list(NOTES.values()), metadatas=places)
    found = notes.query(query_embeddings=[question], n_results=2, where={"place": {"$gt": 10}})
    print(found["ids"])


def points():
    return [
        PointStruct(id=at, vector=vector(text).tolist(), payload={"name": name, "text": text})
        for at, (name, text) in enumerate(NOTES.items())
    ]


def by_qdrant():
    client = QdrantClient(":memory:")
    client.create_collection("notes", vectors_config=VectorParams(size=26, distance=Distance.COSINE))
    client.upsert("notes", points())
    found = client.query_points("notes", query=question.tolist(), limit=2)
    print([point.payload["name"] for point in found.points])


async def by_qdrant_asynchronously():
    client = AsyncQdrantClient(":memory:")
    await client.create_collection("notes", vectors_config=VectorParams(size=26, distance=Distance.COSINE))
    await client.upsert("notes", points())
    found = await client.query_points("notes", query=question.tolist(), limit=1)
    print([point.payload["name"] for point in found.points])


by_faiss()
by_chroma()
by_qdrant()
asyncio.run(by_qdrant_asynchronously())
