import { CodeReader } from '../../../src/codeIndex/codeReader.ts';
import { Grammars } from '../../../src/codeIndex/grammars.ts';
import type { CodeCall, CodeFacts } from '../../../src/core/source/codeFacts.ts';
import { grammarFolder } from './openIndex.ts';

const reader = new CodeReader(new Grammars(grammarFolder), () => performance.now());

/** What the index keeps of a file with this text. */
export async function readFactsOf(path: string, text: string): Promise<CodeFacts> {
  const facts = await reader.facts(path, text);
  if (!facts) throw new Error(`${path} is of no language that is read`);
  return facts;
}

/** `function: callee line` of each call. */
export async function callsOf(path: string, text: string): Promise<string[]> {
  const shown = ({ functionName, callee, line }: CodeCall): string => `${functionName}: ${callee} ${String(line)}`;
  return (await reader.calls(path, text)).map(shown);
}
