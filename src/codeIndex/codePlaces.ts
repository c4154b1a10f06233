import type { SourceHints } from '../core/model/source.ts';
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
  const { candidates, ambiguous } = await index.resolve(hints);
  const [best] = candidates;
  if (!best || ambiguous || best.outside || best.confidence === 'guess') return null;
  const { path, line } = best;
  const { functionName, functionStart, functionEnd } = await index.lineContext(path, line);
  return { path, line, functionName, functionLine: functionStart, functionEndLine: functionEnd };
}
