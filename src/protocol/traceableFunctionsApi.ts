/** A function that calls can be recorded of. Lines and columns from 1, lines inclusive. */
export interface TraceableFunction {
  /** With the classes, objects and functions around it, dotted: `Ranker.predict`, `outer.inner`, `api.users.list`. */
  readonly name: string;
  /** With its decorators. */
  readonly firstLine: number;
  /** Where the name stands. */
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
}

/** What tracing of functions asks of the code index. */
export interface TraceableFunctionMethods {
  /**
   * Functions of a Python, JavaScript or TypeScript file in the order of their start, several of one name where the file has
   * them; of the text that is given, else of the file, which has to be in a folder of the workspace. Null: it cannot be read.
   */
  'source/functions': readonly [
    { readonly path: string; readonly text?: string },
    { readonly functions: readonly TraceableFunction[] | null },
  ];
}
