import type { MappedPath } from './pathMapping.ts';

/** What is asked of the workspace about one path. Every path handed to these lies inside a workspace folder. */
export interface PlaceLookups {
  /**
   * Whether a path that is no known file leads through a link of its workspace folder, and so perhaps out of it. Looks
   * at nothing behind the link.
   */
  crossesLink(path: string): Promise<boolean>;
  /** Lines of a workspace file; undefined when there is no such file. */
  lineCount(path: string): Promise<number | undefined>;
}

/** A place that may be opened; `lines` undefined outside the workspace, where nothing was looked at. */
export interface ExistingPlace {
  readonly place: MappedPath;
  readonly lines: number | undefined;
}

/**
 * The places of the first stage that has any: files of the workspace that are there, and paths outside, unseen. A path
 * through a link counts as outside: its text says nothing about where it leads.
 */
export async function existingPlaces(
  stages: readonly (readonly MappedPath[])[],
  lookups: PlaceLookups,
): Promise<readonly ExistingPlace[]> {
  const linked: ExistingPlace[] = [];
  for (const stage of stages) {
    const existing: ExistingPlace[] = [];
    for (const place of stage) {
      if (place.outside) {
        existing.push({ place, lines: undefined });
      } else if (!place.known && (await lookups.crossesLink(place.path))) {
        const behind = { place: { ...place, shownPath: place.path, outside: true }, lines: undefined };
        // What the user mapped there is meant; else a file of the workspace itself goes first.
        (place.by === 'userMapping' ? existing : linked).push(behind);
      } else {
        const lines = await lookups.lineCount(place.path);
        if (lines !== undefined) existing.push({ place, lines });
      }
    }
    if (existing.length > 0) return existing[0]?.place.by === 'asSent' ? [...linked, ...existing] : existing;
  }
  return linked;
}
