import http from 'node:http';

/** A request that was answered whole. */
export interface Answer {
  readonly trace: string;
  readonly version: number;
  readonly pid: number;
}

export interface Load {
  /** Every answer since the start, in order. */
  readonly answers: readonly Answer[];
  /** Resolves with the first answer from now on that fits. */
  readonly next: (fits: (answer: Answer) => boolean) => Promise<Answer>;
  /** Ends once what is under way was answered, or failed. */
  readonly stop: () => Promise<void>;
}

/** After an answer that did not come: the service is away for a moment. */
export const RETRY_MS = 10;

/**
 * Asks `url` from `connections` sides at once, again as soon as there is an answer. Failures are asked again. Without
 * `keepAlive` each request has a connection of its own, so that every worker behind one socket is asked.
 */
export function startLoad(url: string, connections: number, keepAlive = true): Load {
  const answers: Answer[] = [];
  const waiting = new Set<(answer: Answer) => void>();
  const agent = new http.Agent({ keepAlive, maxSockets: connections });
  let running = true;
  const side = async (): Promise<void> => {
    while (running) {
      const text = await ask(url, agent);
      if (text === undefined) {
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
        continue;
      }
      const answer = JSON.parse(text) as Answer;
      answers.push(answer);
      for (const tell of waiting) tell(answer);
    }
  };
  const sides = Promise.all(Array.from({ length: connections }, side));
  return {
    answers,
    next: (fits) =>
      new Promise((resolve) => {
        const tell = (answer: Answer): void => {
          if (!fits(answer)) return;
          waiting.delete(tell);
          resolve(answer);
        };
        waiting.add(tell);
      }),
    stop: async () => {
      running = false;
      await sides;
      agent.destroy();
    },
  };
}

/** The body of a whole answer; undefined when there was none. */
export function ask(url: string, agent?: http.Agent): Promise<string | undefined> {
  return new Promise((resolve) => {
    const request = http.get(url, { agent }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (text += part));
      response.on('close', () => {
        resolve(response.complete && response.statusCode === 200 ? text : undefined);
      });
    });
    request.on('error', () => {
      resolve(undefined);
    });
  });
}
