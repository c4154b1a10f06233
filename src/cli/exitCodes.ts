/** What a command ends with; documented in docs/command.md. */
export const EXIT = {
  ok: 0,
  /** It could not be done; standard error says why. */
  failed: 1,
  /** The arguments are wrong. */
  usage: 2,
  /** All went well and nothing matched. */
  nothingFound: 3,
} as const;

/** Ends a command with words for standard error. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: number;

  constructor(message: string, exitCode: number = EXIT.failed) {
    super(message);
    this.exitCode = exitCode;
  }
}
