/** `1 span`, `14 spans`, `12,345 spans`. */
export function formatCount(count: number, singular: string, plural: string): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? singular : plural}`;
}

/** Bytes in the units files are measured in: `640 B`, `1.2 KB`, `34 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['KB', 'MB', 'GB', 'TB'];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value < 10 ? String(Math.round(value * 10) / 10) : String(Math.round(value))} ${units[unit] ?? ''}`;
}
