const EVERY_MS = 20;
const MOST_MS = 10_000;

/**
 * Repeats a check of what is on screen until it holds; after 10 s its own failure is thrown. A page answers a key a frame
 * later or, on a busy machine, many: what is read once right after it may be what stood there before.
 */
export async function eventually(check: () => void | Promise<void>): Promise<void> {
  for (const end = performance.now() + MOST_MS; ;) {
    try {
      await check();
      return;
    } catch (error) {
      if (performance.now() > end) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
}
