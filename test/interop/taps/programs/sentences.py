"""Sentence embeddings and a cross-encoder of sentence-transformers; tiny models made here, their weights from a seed."""

import os
import tempfile

import torch
from sentence_transformers import CrossEncoder, SentenceTransformer
from sentence_transformers.models import Pooling, Transformer
from transformers import BertConfig, BertForSequenceClassification, BertModel, BertTokenizerFast

torch.manual_seed(5)
torch.set_num_threads(1)
WORDS = "the a desk is open when on sunday saturday late tool costs coin day drills are lent members pay fee".split()


def made(kind, name, **more):
    folder = os.path.join(tempfile.mkdtemp(), name)
    os.makedirs(folder)
    with open(os.path.join(folder, "vocab.txt"), "w") as out:
        out.write("\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]) + "\n")
    BertTokenizerFast(os.path.join(folder, "vocab.txt")).save_pretrained(folder)
    sizes = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32}
    kind(BertConfig(vocab_size=len(WORDS) + 5, max_position_embeddings=64, **sizes, **more)).save_pretrained(folder)
    return folder


words = Transformer(made(BertModel, "tiny-sentences"), max_seq_length=32)
encoder = SentenceTransformer(modules=[words, Pooling(16)], device="cpu")
judge = CrossEncoder(made(BertForSequenceClassification, "tiny-judge", num_labels=1), device="cpu")

print(encoder.encode(["When is the desk open", "A late tool costs a coin"]).shape)
print(judge.predict([("when is the desk open", "the desk is open on saturday"), ("a day", "members pay a fee")]))
