import { CodeReader } from '../../../src/codeIndex/codeReader.ts';
import { Grammars } from '../../../src/codeIndex/grammars.ts';
import { workedMs } from '../../../src/codeIndex/workedTime.ts';
import type { CodeCall, CodeFacts } from '../../../src/core/source/codeFacts.ts';
import { grammarFolder } from './openIndex.ts';

const reader = new CodeReader(new Grammars(grammarFolder), workedMs);

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

/** `METHOD template handler line`, of a handler elsewhere `→ module name`. */
export function routesShown({ routes }: CodeFacts): string[] {
  return routes.map(({ method, template, functionName, line, handler }) => {
    const where = handler ? `→ ${handler.module} ${handler.name}` : `${functionName} ${String(line)}`;
    return `${method === '' ? '*' : method} ${template} ${where}`;
  });
}

/** `prefix → module name`, on which router. */
export function mountsShown({ mounts }: CodeFacts): string[] {
  return mounts.map(({ prefix, router, target }) => `${router}: ${prefix} → ${target.module} ${target.name}`);
}

/** `line-endLine function: name`, unknown parts of the name as `…`. */
export function startsShown({ spanStarts }: CodeFacts): string[] {
  return spanStarts.map(
    ({ line, endLine, functionName, parts }) =>
      `${String(line)}-${String(endLine)} ${functionName}: ${parts.join('…')}`,
  );
}

/** `Service/Method function line` */
export function rpcsShown({ rpcs }: CodeFacts): string[] {
  return rpcs.map(({ service, method, functionName, line }) => `${service}/${method} ${functionName} ${String(line)}`);
}
