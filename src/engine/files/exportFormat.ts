/** Formats that are written. */
export type ExportFormat = 'json' | 'jsonLines' | 'protobuf';

/** What a file is to hold. */
export interface ExportTarget {
  readonly format: ExportFormat;
  readonly gzip: boolean;
}

const BY_SUFFIX: Readonly<Record<string, ExportFormat>> = {
  json: 'json',
  jsonl: 'jsonLines',
  ndjson: 'jsonLines',
  pb: 'protobuf',
  binpb: 'protobuf',
};

/** What a name asks for: `.json`, `.jsonl`, `.ndjson`, `.pb` or `.binpb`, and `.gz` behind it; undefined for others. */
export function exportTargetOf(name: string): ExportTarget | undefined {
  const gzip = /\.gz$/i.test(name);
  const suffix = /\.([a-z]+)$/i.exec(gzip ? name.slice(0, -3) : name)?.[1]?.toLowerCase() ?? '';
  const format = BY_SUFFIX[suffix];
  return format === undefined ? undefined : { format, gzip };
}
