import OpenAI from 'openai';
import { Traced } from '../../../packages/telemetry/src/spans';

export class Planner {
  readonly #client = new OpenAI({ maxRetries: 0 });

  constructor(private readonly model: string) {}

  @Traced('plan')
  async plan(question: string): Promise<string> { // span: plan
    await this.remember(question);
    const completion = await this.#client.chat.completions.create({ // span: chat gpt-4o-mini [parent=plan]
      model: this.model,
      messages: [{ role: 'user', content: question }],
    });
    return completion.choices[0]?.message.content ?? '';
  }

  private async remember(text: string): Promise<void> {
    await this.#client.embeddings.create({ model: 'text-embedding-3-small', input: text }); // span: embeddings text-embedding-3-small
  }
}
