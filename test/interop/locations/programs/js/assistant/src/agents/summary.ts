import OpenAI from 'openai';
import { withSpan } from '../../../packages/telemetry/src/spans';

const client = new OpenAI({ maxRetries: 0 });

export async function summarise(text: string): Promise<string> {
  return withSpan('summarise', async () => { // span: summarise
    let summary = '';
    const stream = await client.chat.completions.create({ // span: chat gpt-4o-mini [parent=summarise]
      model: 'gpt-4o-mini',
      stream: true,
      messages: [{ role: 'user', content: text }],
    });
    for await (const chunk of stream) summary += chunk.choices[0]?.delta.content ?? '';
    return summary;
  });
}
