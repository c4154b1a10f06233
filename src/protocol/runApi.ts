/** Programs that send to a receiver which only runs for another program: it must not go before they have ended. */
export interface RunMethods {
  /** The asking client has started a program that sends here; until the client goes. */
  'run/hold': readonly [Record<string, never>, void];
  /** How many clients, other than the asking one, hold it. */
  'run/holds': readonly [Record<string, never>, { readonly count: number }];
}
