import type { SourceHints } from '../model/source.ts';

/** A place as a stack trace or a log record names it. */
export interface SourceFrame {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  /** Empty or left out when unknown. */
  readonly functionName?: string;
}

/** What is known of the process that named a frame: of its span. */
export type FrameSender = Pick<SourceHints, 'serviceName' | 'hosts' | 'baseDirectories' | 'startMs'>;

/** What a span's hints say of the process. */
export function frameSender({ serviceName, hosts, baseDirectories, startMs }: SourceHints): FrameSender {
  return { serviceName, baseDirectories, ...(hosts ? { hosts } : {}), ...(startMs === undefined ? {} : { startMs }) };
}

/** A frame as the hints of a span that has nothing else. */
export function hintsOfFrame({ path, line, column }: SourceFrame, sender: FrameSender): SourceHints {
  const { serviceName, hosts, baseDirectories } = sender;
  const code = { filePath: path, line: String(line), column: String(column), keys: [] };
  const more = hosts ? { hosts } : {};
  return { serviceName, spanName: '', scopeName: '', language: '', code, baseDirectories, stackTraces: [], ...more };
}
