import type {
  SourceCandidate,
  SourceConfidence,
  SourceEvidence,
  SourceHints,
  SourceResolution,
  StackFrame,
} from '../model/source.ts';
import { fileAffinity, languageFits } from './affinity.ts';
import { callSites } from './callSite.ts';
import type { CodeLookups, SpanStart } from './codeFacts.ts';
import { existingPlaces, type PlaceLookups } from './existingPlaces.ts';
import { hintsOfFrame, type FrameSender, type SourceFrame } from './sourceFrame.ts';
import { isLibraryScope } from './libraryScope.ts';
import { isLibraryPath, modulePath } from './libraryPath.ts';
import { mapPath, showPath, type MappedPath, type PathContext } from './pathMapping.ts';
import { parsePath } from './plainPath.ts';
import { declaredPlaces, type HintedPlace } from './routeHints.ts';
import { rankOrder, resolutionOf, type Ranked } from './rankOrder.ts';
import { showText } from './showText.ts';
import { showParts, staticLength } from './spanNamePattern.ts';
import { parseStackTrace } from './stackTrace.ts';
import { symbolPlaces } from './symbolHints.ts';

/** What ranking asks of the workspace. Every path handed to these lies inside a workspace folder. */
export interface SourceLookups extends PlaceLookups, CodeLookups {
  readonly context: PathContext;
  /** Name of the function around a line, empty when unknown. */
  functionAt(path: string, line: number): Promise<string>;
  /** First line of the function of that (last) name in the file. */
  functionLine(path: string, name: string): Promise<number | undefined>;
  /** Code files looked through, for telling what was tried. */
  readonly codeFiles: number;
}

const MAX_STACK_TRACES = 4;
/** Frames of one trace that are mapped in search of the first one in the workspace. */
const MAX_MAPPED_FRAMES = 200;
/** Frames of compiled files that may be there unseen; the innermost count. */
const MAX_UNSEEN_FRAMES = 8;

/**
 * Places a span may come from, best first. Ordered by confidence, then inside the workspace before outside, then
 * `code.*` before the literal, declarations, symbols and stack frames, then by how well the file fits the sender.
 *
 * - `code.*`: **exact** when the path leads to one existing workspace file by user mapping, by itself or relative to a
 *   known directory, or by a suffix that is unique, at least two segments long, and either three or more, or the file's
 *   whole path in its folder, or confirmed by the function's name, and the line lies within the file. **likely** for
 *   other unique suffixes, for ties of two segments or more, for a path outside the workspace, and without a line
 *   when the function is found. **guess** for ties of the bare name, a line beyond the end, and no line at all.
 * - literal of the span's name: **exact** when one call of a span API has it and the sender's language is not another;
 *   **likely** for several (tied unless the file fits the sender better) and for a single wrapper or name pattern;
 *   **guess** for what an exacter match outdoes and for another language (nothing, when a library made the span).
 * - the declaration of the route, procedure or task that the span serves, and the function it names, when no file is
 *   named: see {@link declaredPlaces} and {@link symbolPlaces}.
 * - the innermost stack frame in a workspace file that is no library: **likely**.
 * - for a span that a library made: the call of the library in the parent's function: **likely** when its name says what
 *   the span says, **guess** when it only has a name in common or the parent's own place is a guess.
 * - for a middleware or hook of a web framework: its function by name, else the call that installs it: see
 *   `frameworkLayer.ts`. Neither the route it runs for nor that route's handler.
 */
export async function resolveSource(hints: SourceHints, lookups: SourceLookups): Promise<SourceResolution> {
  const tried: string[] = [];
  const frames = await stackFrames(hints, lookups);
  const stackFiles = new Set(frames.map(({ place }) => place.path));
  const affinity = (path: string): number => fileAffinity(path, hints, lookups.context, stackFiles);
  const ranked = [
    ...(await codeCandidates(hints, lookups, affinity, tried)),
    ...literalCandidates(hints, lookups, affinity, tried),
    ...hintedCandidates(declaredPlaces(hints, lookups, tried), lookups, affinity),
    ...hintedCandidates(hints.code.filePath ? [] : symbolPlaces(hints, lookups, tried), lookups, affinity),
    ...(await frameCandidates(hints, frames, lookups, tried)),
    ...(await callSiteCandidates(hints, lookups, tried)),
  ];
  return resolutionOf(ranked, tried);
}

/** Places for one frame of a stack trace or the `code.*` of a log record, ranked like `code.*` of a span. */
export async function resolveFrame(
  frame: SourceFrame,
  sender: FrameSender,
  lookups: SourceLookups,
): Promise<SourceResolution> {
  const tried: string[] = [];
  const hints = hintsOfFrame(frame, sender);
  const affinity = (path: string): number => fileAffinity(path, hints, lookups.context, new Set());
  const ranked = await codeCandidates(hints, lookups, affinity, tried);
  const text = `${frame.path}:${String(frame.line)}`;
  const evidence: SourceEvidence = { kind: 'stackFrame', frame: showText(text) };
  return resolutionOf(
    ranked.map(({ candidate, order }) => ({ candidate: { ...candidate, evidence }, order })),
    tried,
  );
}

async function codeCandidates(
  hints: SourceHints,
  lookups: SourceLookups,
  affinity: (path: string) => number,
  tried: string[],
): Promise<Ranked[]> {
  const { code } = hints;
  if (code.filePath === undefined || code.filePath === '') {
    if (code.keys.length === 0) tried.push('The span carries no `code.*` attributes.');
    else tried.push(`The span carries ${code.keys.map((key) => `\`${key}\``).join(', ')} but no file path.`);
    return [];
  }
  const key = code.keys.find((name) => name.includes('file')) ?? 'code.file.path';
  const label = `\`${key}\` ${showText(code.filePath)}`;
  const mapping = mapPath(code.filePath, hints.baseDirectories, lookups.context, hints);
  if (mapping.refused !== undefined) {
    tried.push(`${label} is refused: ${mapping.refused}.`);
    return [];
  }
  const existing = await existingPlaces(mapping.stages, lookups);
  if (existing.length > 0) {
    const ranked: Ranked[] = [];
    for (const { place, lines } of existing) {
      ranked.push(await codeCandidate(hints, place, lines, existing.length === 1, lookups, affinity, tried));
    }
    if (existing.every(({ place }) => place.outside)) {
      tried.push(`${label} lies outside the workspace and was not opened.`);
    }
    return ranked;
  }
  const segments = parsePath(code.filePath).segments.slice(-3).join('/');
  tried.push(`${label}: no workspace file ends with ${showText(segments)}.`);
  return [];
}

async function codeCandidate(
  hints: SourceHints,
  place: MappedPath,
  lines: number | undefined,
  unique: boolean,
  lookups: SourceLookups,
  affinity: (path: string) => number,
  tried: string[],
): Promise<Ranked> {
  const { code } = hints;
  const sentLine = positiveInteger(code.line);
  const sentName = code.functionName ?? '';
  let line = sentLine ?? 1;
  let found = '';
  let confidence: SourceConfidence;
  if (place.outside) {
    confidence = 'likely';
  } else if (sentLine === undefined) {
    const functionLine = sentName === '' ? undefined : await lookups.functionLine(place.path, lastName(sentName));
    confidence = functionLine === undefined || !unique ? 'guess' : 'likely';
    line = functionLine ?? 1;
    const why = code.line === undefined ? 'no line number' : `\`${showText(code.line)}\` as its line number`;
    tried.push(`The span carries ${why}.`);
  } else if (sentLine > (lines ?? 0)) {
    confidence = 'guess';
    line = Math.max(1, lines ?? 1);
    tried.push(`Line ${String(sentLine)} is beyond the end of ${place.shownPath} (${String(lines ?? 0)} lines).`);
  } else {
    found = await lookups.functionAt(place.path, sentLine);
    const sameFunction = sentName !== '' && found !== '' && lastName(sentName) === lastName(found);
    confidence = mappedConfidence(place, unique, sameFunction);
  }
  const evidence: SourceEvidence = {
    kind: 'codeAttributes',
    keys: code.keys,
    ...(place.by === 'workspace' ? {} : { mapping: describeMapping(place, code.filePath ?? '') }),
  };
  const candidate = {
    path: place.path,
    shownPath: place.shownPath,
    line,
    column: sentLine === undefined ? 1 : (positiveInteger(code.column) ?? 1),
    functionName: showText(sentName === '' ? found : sentName),
    confidence,
    evidence,
    outside: place.outside,
  };
  return {
    candidate,
    order: rankOrder(confidence, place.outside, evidence, place.segments, place.outside ? 0 : affinity(place.path)),
  };
}

function mappedConfidence(place: MappedPath, unique: boolean, sameFunction: boolean): SourceConfidence {
  if (!unique) return place.by === 'suffix' && place.segments < 2 ? 'guess' : 'likely';
  if (place.by !== 'suffix') return 'exact';
  return place.segments >= 3 || (place.segments === 2 && (place.whole || sameFunction)) ? 'exact' : 'likely';
}

function describeMapping(place: MappedPath, sent: string): string {
  switch (place.by) {
    case 'named':
      return `${showText(sent)} by ${showText(place.origin ?? '')}`;
    case 'userMapping':
      return `${showText(sent)} by spanline.source.pathMappings`;
    case 'relative':
      return `${showText(sent)} relative to a directory of the process or workspace`;
    case 'suffix':
      return `${showText(sent)} by its last ${place.segments === 1 ? 'segment' : `${String(place.segments)} segments`}`;
    case 'workspace':
    case 'asSent':
      return `${showText(sent)} as sent`;
  }
}

function literalCandidates(
  hints: SourceHints,
  lookups: SourceLookups,
  affinity: (path: string) => number,
  tried: string[],
): Ranked[] {
  if (hints.spanName === '') return [];
  const ofLibrary = isLibraryScope(hints.scopeName);
  // A library names its spans itself: a literal of another language is there by chance.
  const starts = lookups
    .spanStarts(hints.spanName)
    .filter((start) => !ofLibrary || languageFits(start.language, hints.language) !== false);
  if (starts.length === 0) {
    const files = lookups.codeFiles === 1 ? 'file' : 'files';
    const where = `${String(lookups.codeFiles)} code ${files}`;
    tried.push(`No call in ${where} starts a span named \`${showText(hints.spanName)}\`.`);
    return [];
  }
  const fitting = starts.filter((start) => languageFits(start.language, hints.language) !== false);
  const best = Math.max(...fitting.map(strength));
  const equals = fitting.filter((start) => strength(start) === best);
  return starts.map((start) => {
    const fits = languageFits(start.language, hints.language);
    let confidence: SourceConfidence = 'guess';
    if (fits !== false && strength(start) === best) {
      confidence = best === API_LITERAL && equals.length === 1 ? 'exact' : 'likely';
    }
    const evidence: SourceEvidence = {
      kind: 'spanLiteral',
      literal: showText(showParts(start.parts)),
      call: start.call,
    };
    const telling = start.parts.length === 1 ? 0 : staticLength(start.parts);
    const candidate = {
      path: start.path,
      shownPath: showPath(start.path, lookups.context),
      line: start.line,
      column: start.column,
      functionName: start.functionName,
      confidence,
      evidence,
      outside: false,
    };
    return {
      candidate,
      order: rankOrder(confidence, false, evidence, strength(start) * 1000 + telling, affinity(start.path)),
    };
  });
}

const API_LITERAL = 4;

/** A literal outdoes a pattern, a known API a callee that only sounds like one. */
function strength(start: SpanStart): number {
  const literal = start.parts.length === 1;
  if (start.strength === 'api') return literal ? API_LITERAL : 2;
  return literal ? 3 : 1;
}

function hintedCandidates(
  places: readonly HintedPlace[],
  lookups: SourceLookups,
  affinity: (path: string) => number,
): Ranked[] {
  return places.map(({ path, line, column, functionName, confidence, evidence, fit }) => {
    const shownPath = showPath(path, lookups.context);
    const candidate = { path, shownPath, line, column, functionName, confidence, evidence, outside: false };
    return { candidate, order: rankOrder(confidence, false, evidence, fit, affinity(path)) };
  });
}

interface MappedFrame {
  readonly frame: StackFrame;
  readonly place: MappedPath;
}

/** Frames of the span's stack traces that lie in exactly one known workspace file and no library, innermost first. */
async function stackFrames(hints: SourceHints, lookups: SourceLookups): Promise<MappedFrame[]> {
  const mapped: MappedFrame[] = [];
  let unseen = 0;
  for (const text of hints.stackTraces.slice(0, MAX_STACK_TRACES)) {
    for (const frame of parseStackTrace(text).slice(0, MAX_MAPPED_FRAMES)) {
      const { segments } = parsePath(frame.path);
      const module = modulePath(segments);
      const library = isLibraryPath(segments);
      if (library && module.length < 2) continue;
      const { stages } = mapPath(frame.path, hints.baseDirectories, lookups.context, hints);
      // What a build wrote is ignored as a rule, and so not known: its source map may be there.
      const usable = ({ known, outside, path }: MappedPath): boolean =>
        known || (!outside && /\.[cm]?js$/.test(path) && !isLibraryPath(parsePath(path).segments));
      const usableStages = stages.map((stage) => stage.filter(usable)).filter((stage) => stage.length > 0);
      const first = usableStages[0];
      const looked = first?.every(({ known }) => known) === false && unseen++ < MAX_UNSEEN_FRAMES;
      const existing = looked ? (await existingPlaces(usableStages, lookups)).map(({ place }) => place) : first;
      const [place, other] = (existing ?? []).filter(usable);
      // A package of the workspace may be installed: all of its module's path must be there.
      if (!place || other || (library && place.segments < module.length)) continue;
      mapped.push({ frame, place });
    }
  }
  return mapped;
}

async function frameCandidates(
  hints: SourceHints,
  frames: readonly MappedFrame[],
  lookups: SourceLookups,
  tried: string[],
): Promise<Ranked[]> {
  if (hints.stackTraces.length === 0) return [];
  for (const { frame, place } of frames) {
    const lines = await lookups.lineCount(place.path);
    if (lines === undefined || frame.line < 1 || frame.line > lines) continue;
    const text = `${frame.path}:${String(frame.line)}`;
    const evidence: SourceEvidence = { kind: 'stackFrame', frame: showText(text) };
    const functionName = frame.functionName || (await lookups.functionAt(place.path, frame.line));
    const candidate: SourceCandidate = {
      path: place.path,
      shownPath: place.shownPath,
      line: frame.line,
      column: Math.max(1, frame.column),
      functionName: showText(functionName),
      confidence: 'likely',
      evidence,
      outside: false,
    };
    return [{ candidate, order: rankOrder('likely', false, evidence, place.segments, 0) }];
  }
  tried.push("No frame of the span's stack traces lies in a workspace file.");
  return [];
}

async function callSiteCandidates(hints: SourceHints, lookups: SourceLookups, tried: string[]): Promise<Ranked[]> {
  if (!hints.parent) return [];
  const parent = await resolveSource(hints.parent, lookups);
  const sites = await callSites(hints, parent, lookups);
  if (sites.length === 0) {
    const name = showText(hints.parent.spanName);
    const known = parent.candidates.length > 0 && !parent.ambiguous;
    tried.push(
      known
        ? `No call in the function of its parent \`${name}\` looks like it makes this span.`
        : `The place of its parent \`${name}\`, which would hold the call, is not known.`,
    );
  }
  return sites.map((site) => {
    const evidence: SourceEvidence = {
      kind: 'callSite',
      call: showText(site.call),
      parent: showText(hints.parent?.spanName ?? ''),
    };
    const candidate = {
      path: site.path,
      shownPath: showPath(site.path, lookups.context),
      line: site.line,
      column: site.column,
      functionName: site.functionName,
      confidence: site.confidence,
      evidence,
      outside: false,
    };
    return { candidate, order: rankOrder(site.confidence, false, evidence, site.fit, 0) };
  });
}

/** A line or column as it may arrive: int, or text such as `"42"` or `42.0`. */
function positiveInteger(text: string | undefined): number | undefined {
  const match = /^\s*(\d{1,9})(?:\.0{1,9})?\s*$/.exec(text?.slice(0, 40) ?? '');
  const value = match ? Number(match[1]) : 0;
  return value > 0 ? value : undefined;
}

/** `m` of `a.b.C.m`, `C::m`, `C#m`, `outer.<locals>.m`, `pkg.(*T).m`. */
function lastName(name: string): string {
  return /[^.:#/\\]*$/.exec(name.slice(-200))?.[0] ?? '';
}
