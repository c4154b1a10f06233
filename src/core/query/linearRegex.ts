/** A compiled regular expression of a user's: time linear in the text, whatever it is. */
export interface LinearPattern {
  /** Whether it matches anywhere in the text. */
  test(text: string): boolean;
}

/** Core knows no regular expressions that are safe for texts from outside; the engine brings RE2. */
export interface RegexEngine {
  /** @throws Error whose message says what is wrong. */
  compile(pattern: string): LinearPattern;
}
