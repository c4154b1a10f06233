from langchain_core.language_models.fake_chat_models import FakeListChatModel
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableLambda
from openai import OpenAI

prompt = ChatPromptTemplate.from_template("Say shortly: {text}")


def shorten(text: str) -> str:  # span: execute_task shorten
    return text[:20]


def summarise(text: str) -> str:
    chain = prompt | FakeListChatModel(responses=["Green tea is in stock."]) | StrOutputParser() | RunnableLambda(shorten)
    short = chain.invoke({"text": text})  # span: RunnableSequence.workflow # span: FakeListChatModel.chat # span: execute_task ChatPromptTemplate # span: execute_task StrOutputParser
    return short + second_opinion(text)


def second_opinion(text: str) -> str:
    client = OpenAI(max_retries=0)
    stream = client.chat.completions.create(model="gpt-4o-mini", stream=True, messages=[{"role": "user", "content": text}])  # span: chat gpt-4o-mini [parent=answer question]
    return "".join(chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices)
