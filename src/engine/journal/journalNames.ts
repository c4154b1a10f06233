/** `TIME-OWNER.journal`: milliseconds since the epoch in 15 digits, so that names sort by time, and 12 hex digits. */
const NAME = /^(\d{15})-([0-9a-f]{12})\.journal$/;
const TIME_DIGITS = 15;

/** A file being rewritten, until it takes the place of the other. */
export const TEMPORARY_SUFFIX = '.tmp';

/** Name of a file begun at `timeMs` by the owner with this id (12 hex digits). */
export function journalName(timeMs: number, owner: string): string {
  return `${String(Math.max(0, Math.floor(timeMs))).padStart(TIME_DIGITS, '0')}-${owner}.journal`;
}

/** Whether the journal made a file of this name, temporary ones left out. */
export function isJournalName(name: string): boolean {
  return NAME.test(name);
}

/** When the file was begun, milliseconds since the epoch. */
export function timeOf(name: string): number {
  return Number(NAME.exec(name)?.[1] ?? 0);
}

/** The salt of the file's headers, also for when the one in the file is damaged. */
export function saltOf(name: string): number {
  return Number.parseInt((NAME.exec(name)?.[2] ?? '0').slice(0, 8), 16);
}
