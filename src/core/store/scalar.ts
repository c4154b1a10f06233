/** An attribute with a value that can be compared: a number, or a text of at most 120 characters (longer ones are cut). */
export interface Scalar {
  readonly key: string;
  readonly value: number | string;
}
