import { span, type Dialect } from '../dialect.ts';

/** What instrument/ records of functions that the user chose, and of calls of libraries that predict (docs/launch.md). */
export const TRACED_CALLS: Dialect = {
  id: 'tracedCalls',
  name: 'Spanline',
  groups: [
    {
      side: 'output',
      rank: 'special',
      only: { scope: /^spanline$/, name: /^(?:sentence_transformers\.\w+\.encode|llama_cpp\.Llama\.embed)$/ },
      rows: [span('spanline.call.return', 'vector', 'embeddings')],
    },
    {
      side: 'input',
      rank: 'whole',
      only: { scope: /^spanline$/ },
      rows: [span('spanline.call.arguments', 'arguments', 'arguments')],
    },
    {
      side: 'output',
      rank: 'whole',
      only: { scope: /^spanline$/ },
      rows: [span('spanline.call.return', 'chat', 'return')],
    },
  ],
  // A function of the program's own is no model call, whatever its name.
  families: [
    { prefix: 'spanline.call.library', kind: 'predict' },
    { prefix: 'spanline.call.', kind: 'function' },
  ],
  facts: { model: ['spanline.call.model'], modelVersion: ['spanline.call.model.version'] },
  evidence: { keys: ['spanline.call.library'], plain: ['spanline.call.arguments', 'spanline.call.return'] },
};
