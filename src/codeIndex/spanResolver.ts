import type { SourceCandidate, SourceHints, SourceResolution } from '../core/model/source.ts';
import type { SpanStart } from '../core/source/codeFacts.ts';
import { LineHistory } from '../core/source/lineHistory.ts';
import { findMarkedLine, markLine } from '../core/source/movedLine.ts';
import { LineHistoryFile } from './lineHistoryFile.ts';
import { isNotebook, notebookCode, type NotebookCode } from './notebookCode.ts';
import { cellHashOf, readNotebookCells, type NotebookCell } from './notebookCells.ts';
import { locateInFolders, mapPath, showPath, type MappedPath, type NamedMapping } from '../core/source/pathMapping.ts';
import { parsePath } from '../core/source/plainPath.ts';
import { resolveFrame, resolveSource, type SourceLookups } from '../core/source/rank.ts';
import { hintsOfFrame, type FrameSender, type SourceFrame } from '../core/source/sourceFrame.ts';
import {
  checkedMemory,
  choiceKey,
  EMPTY_MEMORY,
  learnedMappings,
  learnPair,
  withChoice,
  withoutChoice,
  withPair,
  type RememberedChoice,
  type SourceMemory,
} from '../core/source/sourceMemory.ts';
import { parseStackTrace } from '../core/source/stackTrace.ts';
import type { GuardedFiles, WrittenFile } from './guardedFiles.ts';
import { SourceMaps } from './sourceMaps.ts';

const MAX_RESOLUTIONS = 5_000;
const MAX_KEY = 8 * 1024;
const MAX_BYTES = 16 * 1024 * 1024;
const MAX_NOTEBOOKS = 200;
/** Candidates looked at again after ranking: nobody reads on. */
const MAX_REFINED = 20;

/**
 * What is done about a span beside ranking: answers are kept by kind of span, places in compiled files and notebooks lead
 * to their source, lines of older traces are followed through edits, and what the user chose goes first.
 */
export class SpanResolver {
  readonly #files: GuardedFiles;
  readonly #notebooks: () => readonly string[];
  readonly #maps: SourceMaps;
  readonly #history = new LineHistory();
  readonly #historyFile = new LineHistoryFile(this.#history);
  #memory: SourceMemory = EMPTY_MEMORY;
  #resolutions = new Map<string, SourceResolution>();
  #cells: Promise<ReadonlyMap<number, NotebookCell>> | undefined;
  #notebooksRead = new Map<string, Promise<NotebookCode | undefined>>();
  /** When files were last written, asked once between changes: spans of a kind cost no call of the file system. */
  #written = new Map<string, Promise<WrittenFile | undefined>>();

  /** `notebooks`: paths of those that are known now. */
  constructor(files: GuardedFiles, notebooks: () => readonly string[]) {
    this.#files = files;
    this.#notebooks = notebooks;
    this.#maps = new SourceMaps((path, maxBytes) => files.text(path, maxBytes));
  }

  /** What files looked like is kept in this file for the next start; undefined keeps nothing. */
  keepLines(file: string | undefined): Promise<void> {
    return this.#historyFile.open(file);
  }

  /** Resolves when that has been written. */
  saved(): Promise<void> {
    return this.#historyFile.saved();
  }

  /** Drops what was read and resolved; what was learned stays. */
  forget(): void {
    this.#resolutions = new Map();
    this.#cells = undefined;
    this.#notebooksRead = new Map();
    this.#written = new Map();
    this.#maps.forget();
  }

  /** Prefix pairs that opened places confirmed. */
  get learned(): readonly NamedMapping[] {
    return learnedMappings(this.#memory);
  }

  setMemory(raw: unknown): void {
    this.#memory = checkedMemory(raw);
    this.#resolutions = new Map();
  }

  async resolve(hints: SourceHints, lookups: SourceLookups): Promise<SourceResolution> {
    const { startMs, ...kind } = hints;
    const key = JSON.stringify(kind);
    // A change meanwhile replaces the map: an answer from before it is not kept.
    const resolutions = this.#resolutions;
    const known = resolutions.get(key);
    const resolution = known ?? (await this.#refine(kind, await resolveSource(kind, lookups), lookups));
    // What was not found may be there the next time, in a folder that is not watched.
    if (!known && key.length <= MAX_KEY && resolution.candidates[0]?.outside === false) {
      if (resolutions.size >= MAX_RESOLUTIONS) resolutions.clear();
      resolutions.set(key, resolution);
    }
    const starts = startMs === undefined ? [] : lookups.spanStarts(hints.spanName);
    const followed = startMs === undefined ? resolution : await this.#follow(hints, resolution, startMs, { starts });
    return this.#withChoice(hints, followed, lookups);
  }

  /** Places for one frame of a stack trace, or the `code.*` of a log record, of a span that `sender` tells of. */
  async resolveFrame(frame: SourceFrame, sender: FrameSender, lookups: SourceLookups): Promise<SourceResolution> {
    const hints = hintsOfFrame(frame, sender);
    const { functionName = '' } = frame;
    const named = functionName === '' ? hints : { ...hints, code: { ...hints.code, functionName } };
    const resolution = await this.#refine(hints, await resolveFrame(frame, sender, lookups), lookups);
    const { startMs } = sender;
    // A frame's function is told by the frame: where it stands now is not taken for it.
    return startMs === undefined ? resolution : this.#follow(named, resolution, startMs, { functionName });
  }

  /** A place that the user opened; what is remembered then, undefined when nothing is new. */
  async opened(
    hints: SourceHints,
    { path, line, chosen }: { readonly path: string; readonly line: number; readonly chosen: boolean },
    { context }: SourceLookups,
  ): Promise<SourceMemory | undefined> {
    const before = this.#memory;
    const lines = await this.#lines(path);
    if (!lines || line < 1 || line > lines.length) return undefined;
    const folder = locateInFolders(parsePath(path, context.rules.style === 'windows'), context)?.folder.path;
    if (folder === undefined) return undefined;
    for (const sent of sentPaths(hints)) {
      const pair = learnPair(hints.serviceName, sent, path, folder, context.rules);
      const known = before.pairs.some((each) => JSON.stringify(each) === JSON.stringify(pair));
      if (pair && !known) this.#memory = withPair(this.#memory, pair);
    }
    if (chosen) {
      const around = await this.#files.functionAround(path, line);
      const mark = markLine(lines, line, around);
      this.#memory = withChoice(this.#memory, {
        ...mark,
        key: choiceKey(hints),
        path,
        functionName: around?.name ?? '',
      });
    }
    if (this.#memory === before) return undefined;
    this.#resolutions = new Map();
    return this.#memory;
  }

  forgetChoice(hints: SourceHints): SourceMemory {
    this.#memory = withoutChoice(this.#memory, choiceKey(hints));
    return this.#memory;
  }

  /** Compiled files and cells of notebooks by what they were made from. */
  async #refine(hints: SourceHints, resolution: SourceResolution, lookups: SourceLookups): Promise<SourceResolution> {
    const refined: SourceCandidate[] = await this.#cellCandidates(hints, lookups);
    const inCell = refined.length > 0;
    let compiled = false;
    for (const candidate of resolution.candidates.slice(0, MAX_REFINED)) {
      if (inCell && candidate.outside) continue;
      const original = candidate.outside
        ? undefined
        : ((await this.#inNotebook(candidate)) ?? (await this.#original(candidate, hints, lookups)));
      if (original) compiled = true;
      refined.push(original ?? candidate);
    }
    if (!inCell && !compiled) return resolution;
    const seen = new Set<string>();
    const candidates = refined.filter(({ path, line, cell }) => {
      const key = `${path}\n${String(line)}\n${String(cell)}`;
      return seen.has(key) ? false : seen.add(key);
    });
    const ambiguous = !inCell && resolution.ambiguous && candidates.length > 1 && !sameFile(candidates, resolution);
    return { candidates, ambiguous, tried: resolution.tried };
  }

  /** A place in the code of a notebook by its cell. */
  async #inNotebook(candidate: SourceCandidate): Promise<SourceCandidate | undefined> {
    const { path, line, shownPath, evidence } = candidate;
    if (!isNotebook(path) || evidence.kind === 'codeAttributes' || evidence.kind === 'stackFrame') return undefined;
    const asked =
      this.#notebooksRead.get(path) ?? this.#files.text(path, MAX_BYTES).then((text) => notebookCode(text ?? ''));
    this.#notebooksRead.set(path, asked);
    const at = (await asked)?.cells.findLast(({ firstLine }) => firstLine <= line);
    if (!at) return undefined;
    return {
      ...candidate,
      shownPath: `${shownPath} cell ${String(at.cell + 1)}`,
      line: line - at.firstLine + 1,
      cell: at.cell,
    };
  }

  async #original(
    candidate: SourceCandidate,
    { baseDirectories }: SourceHints,
    { context }: SourceLookups,
  ): Promise<SourceCandidate | undefined> {
    const place = await this.#maps.original(candidate.path, candidate.line, candidate.column);
    const mapped = place && mapPath(place.path, baseDirectories, context).stages.map((stage) => stage.filter(isKnown));
    const target = mapped?.find((stage) => stage.length > 0);
    // The map itself stands in the workspace: what it names must be there, and be one.
    if (!place || target?.length !== 1 || target[0] === undefined) return undefined;
    const { path, shownPath } = target[0];
    const around = await this.#files.functionAround(path, place.line);
    const { evidence } = candidate;
    const mapping = `compiled to ${candidate.shownPath}:${String(candidate.line)}, by its source map`;
    return {
      ...candidate,
      path,
      shownPath,
      line: place.line,
      column: place.column,
      functionName: around?.name ?? candidate.functionName,
      evidence: evidence.kind === 'codeAttributes' ? { ...evidence, mapping } : evidence,
    };
  }

  /** Cells of notebooks that the span, or the innermost frame of a stack trace, names by the kernel's hash. */
  async #cellCandidates(hints: SourceHints, { context }: SourceLookups): Promise<SourceCandidate[]> {
    const found: SourceCandidate[] = [];
    const add = async (
      path: string,
      line: number,
      candidate: Pick<SourceCandidate, 'confidence' | 'evidence' | 'functionName'>,
    ) => {
      const hash = cellHashOf(path);
      const cell = hash === undefined || found.length > 0 ? undefined : (await this.#notebookCells()).get(hash);
      if (!cell || line < 1 || line > cell.lines) return;
      const shownPath = `${showPath(cell.path, context)} cell ${String(cell.cell + 1)}`;
      found.push({ ...candidate, path: cell.path, shownPath, line, column: 1, outside: false, cell: cell.cell });
    };
    const { filePath = '', line = '1', functionName = '', keys } = hints.code;
    await add(filePath, Number(line), {
      confidence: 'exact',
      functionName,
      evidence: { kind: 'codeAttributes', keys },
    });
    for (const text of hints.stackTraces) {
      for (const frame of parseStackTrace(text)) {
        const evidence = { kind: 'stackFrame', frame: `${frame.path}:${String(frame.line)}` } as const;
        await add(frame.path, frame.line, { confidence: 'likely', functionName: frame.functionName, evidence });
      }
    }
    return found;
  }

  #notebookCells(): Promise<ReadonlyMap<number, NotebookCell>> {
    this.#cells ??= (async () => {
      const cells = new Map<number, NotebookCell>();
      for (const path of this.#notebooks().slice(0, MAX_NOTEBOOKS)) {
        for (const [hash, cell] of readNotebookCells(path, (await this.#files.text(path, MAX_BYTES)) ?? '')) {
          cells.set(hash, cell);
        }
      }
      return cells;
    })();
    return this.#cells;
  }

  /** Lines that the sender named, where they are now. */
  async #follow(
    hints: SourceHints,
    resolution: SourceResolution,
    startMs: number,
    told: Told,
  ): Promise<SourceResolution> {
    const candidates: SourceCandidate[] = [];
    for (const candidate of resolution.candidates) {
      const { kind } = candidate.evidence;
      const named =
        (kind === 'codeAttributes' || kind === 'stackFrame') && !candidate.outside && candidate.cell === undefined;
      candidates.push(
        named && candidates.length < MAX_REFINED ? await this.#followed(hints, candidate, startMs, told) : candidate,
      );
    }
    if (candidates.every((candidate, index) => candidate === resolution.candidates[index])) return resolution;
    const [first, second] = candidates;
    const equal = first !== undefined && second !== undefined && first.confidence === second.confidence;
    // What is stale stands behind what is not.
    candidates.sort((a, b) => Number(a.drift?.kind === 'stale') - Number(b.drift?.kind === 'stale'));
    return { ...resolution, candidates, ambiguous: resolution.ambiguous && equal };
  }

  async #followed(
    hints: SourceHints,
    candidate: SourceCandidate,
    startMs: number,
    told: Told,
  ): Promise<SourceCandidate> {
    const { path, line } = candidate;
    const written = await this.#writtenOf(path);
    if (!written || written.sinceMs <= startMs || this.#files.isAsAt(path, written, startMs)) return candidate;
    const now = this.#history.follow(path, line, startMs);
    if (now === line) return candidate;
    const moved = (to: number): SourceCandidate => ({
      ...candidate,
      line: to,
      column: 1,
      confidence: candidate.confidence === 'guess' ? 'guess' : 'likely',
      drift: { kind: 'moved', from: line },
    });
    if (typeof now === 'number') return moved(now);
    const isCode = candidate.evidence.kind === 'codeAttributes';
    const { functionName, starts = [] } = told;
    const sent = functionName ?? (isCode ? (hints.code.functionName ?? '') : candidate.functionName);
    const name = /[^.:#/\\]*$/.exec(sent.slice(-200))?.[0] ?? '';
    const range = name === '' ? undefined : await this.#files.functionNamed(path, name);
    if (range && range.firstLine <= line && line <= range.endLine) return candidate;
    if (range) return moved(range.line);
    // A call there starts spans of this name: whatever was written around it.
    if (starts.some((start) => start.path === path && start.line <= line && line <= start.endLine)) return candidate;
    return { ...candidate, confidence: 'guess', drift: { kind: 'stale', from: line } };
  }

  async #withChoice(
    hints: SourceHints,
    resolution: SourceResolution,
    lookups: SourceLookups,
  ): Promise<SourceResolution> {
    if (this.#memory.choices.length === 0) return resolution;
    const key = choiceKey(hints);
    const choice = this.#memory.choices.find((each) => each.key === key);
    const candidate = choice && (await this.#chosen(choice, lookups));
    if (!candidate) return resolution;
    const others = resolution.candidates.filter(({ path, line }) => path !== candidate.path || line !== candidate.line);
    return { ...resolution, candidates: [candidate, ...others], ambiguous: false };
  }

  async #chosen(choice: RememberedChoice, { context }: SourceLookups): Promise<SourceCandidate | undefined> {
    const lines = await this.#lines(choice.path);
    if (!lines) return undefined;
    const around =
      choice.functionName === '' ? undefined : await this.#files.functionNamed(choice.path, choice.functionName);
    const line = findMarkedLine(choice, lines, around);
    if (line === undefined) return undefined;
    return {
      path: choice.path,
      shownPath: showPath(choice.path, context),
      line,
      column: 1,
      functionName: choice.functionName,
      confidence: 'exact',
      evidence: { kind: 'remembered' },
      outside: false,
    };
  }

  /** When a file was last written; what it looks like is noted with that. */
  #writtenOf(path: string): Promise<WrittenFile | undefined> {
    const asked = this.#written.get(path) ?? this.#note(path);
    this.#written.set(path, asked);
    return asked;
  }

  async #note(path: string): Promise<WrittenFile | undefined> {
    const written = await this.#files.written(path);
    const lines = written && (await this.#lines(path));
    if (!written || !lines) return undefined;
    if (this.#history.note(path, lines, written.sinceMs)) this.#historyFile.changed();
    return written;
  }

  async #lines(path: string): Promise<readonly string[] | undefined> {
    return (await this.#files.text(path, MAX_BYTES))?.split(/\r?\n/);
  }
}

/** What else is known of a place: the function that its frame names, or the calls that start spans of the span's name. */
interface Told {
  readonly functionName?: string;
  readonly starts?: readonly SpanStart[];
}

function isKnown({ known }: MappedPath): boolean {
  return known;
}

/** Two candidates that became one: a compiled file beside its source. */
function sameFile(candidates: readonly SourceCandidate[], { candidates: before }: SourceResolution): boolean {
  return candidates.length < Math.min(before.length, MAX_REFINED) && candidates[0]?.path !== candidates[1]?.path;
}

/** Paths that the sender named: of `code.*`, and of the frames of its stack traces. */
function sentPaths({ code, stackTraces }: SourceHints): string[] {
  const frames = stackTraces.flatMap((text) => parseStackTrace(text).slice(0, 50));
  return [code.filePath ?? '', ...frames.map(({ path }) => path)].filter((path) => path !== '').slice(0, 20);
}
