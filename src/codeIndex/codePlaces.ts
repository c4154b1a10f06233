import type { SourceCandidate, SourceHints } from '../core/model/source.ts';
import { KINDS_PAGE, type CodePlace } from '../protocol/insightApi.ts';
import type { CodeIndex } from './codeIndex.ts';

/**
 * The place each kind of span comes from, as the editor shows it: none that is only a guess, outside the workspace, or
 * equalled by another. What cannot be resolved has none.
 */
export async function codePlaces(
  index: CodeIndex,
  hints: readonly SourceHints[],
): Promise<{ readonly places: readonly (CodePlace | null)[] }> {
  const places: (CodePlace | null)[] = [];
  for (const each of hints.slice(0, KINDS_PAGE)) places.push(await codePlace(index, each).catch(() => null));
  return { places };
}

async function codePlace(index: CodeIndex, hints: SourceHints): Promise<CodePlace | null> {
  const best = await placeOf(index, hints);
  if (!best) return null;
  const { path, line, evidence } = best;
  const around = hints.parent && (await placeOf(index, hints.parent));
  const { name, line: functionLine, endLine: functionEndLine } = await index.codeAround(path, line);
  return {
    path,
    line,
    role: evidence.kind === 'callSite' ? 'call' : 'own',
    inner: around?.path === path && around.line === line,
    functionName: name,
    functionLine,
    functionEndLine,
  };
}

async function placeOf(index: CodeIndex, hints: SourceHints): Promise<SourceCandidate | undefined> {
  const { candidates, ambiguous } = await index.resolve(hints);
  const [best] = candidates;
  return !best || ambiguous || best.outside || best.confidence === 'guess' || best.cell !== undefined
    ? undefined
    : best;
}
