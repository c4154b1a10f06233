/** Where in a file (decompressed) something is wrong. */
export interface FilePlace {
  /** From 0. */
  readonly byte: number;
  /** From 1; 0 in files without lines. */
  readonly line: number;
}

/** A part of a file that cannot be read. */
export class FileProblem extends Error {
  override readonly name = 'FileProblem';
  readonly place: FilePlace | undefined;

  constructor(message: string, place?: FilePlace) {
    super(message);
    this.place = place;
  }
}

/** `line 3, byte 120: …` */
export function describeProblem({ message, place }: FileProblem): string {
  if (place === undefined) return message;
  return place.line > 0 ? `line ${place.line}, byte ${place.byte}: ${message}` : `byte ${place.byte}: ${message}`;
}
