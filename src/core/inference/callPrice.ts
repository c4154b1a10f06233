import type { TokenCounts } from '../model/modelCall.ts';

/** What a model's tokens cost, as a user wrote it into a setting; amounts are for a million tokens. */
export interface ModelPrice {
  /** Name of the model, or a pattern in which `*` stands for anything; compared without regard to case. */
  readonly model: string;
  readonly input?: number;
  readonly output?: number;
  /** Input read from a prompt cache, and written to one; priced as other input when left out. */
  readonly cachedInput?: number;
  readonly cacheWrite?: number;
  /** ISO 4217, or whatever the user writes. */
  readonly currency: string;
}

/** In the order of the setting. */
export type PriceTable = readonly ModelPrice[];

/** One summand of a cost. */
export interface PricedPart {
  readonly what: 'input' | 'cached input' | 'cache write' | 'output';
  readonly tokens: number;
  readonly perMillion: number;
  readonly amount: number;
}

/** What a call costs by the user's table. */
export interface PricedCost {
  readonly amount: number;
  readonly price: ModelPrice;
  readonly parts: readonly PricedPart[];
  /** Tokens of a kind that the table has no price for: they count nothing. */
  readonly unpriced: readonly string[];
}

const AMOUNTS = ['input', 'output', 'cachedInput', 'cacheWrite'] as const;
const MOST_PRICES = 500;
const MOST_NAME = 200;
const MILLION = 1e6;
const DEFAULT_CURRENCY = 'USD';

/**
 * Reads the value of `spanline.prices`: an object of model name or pattern to `{input, output, cachedInput, cacheWrite,
 * currency}`. What cannot be used is left out; the manifest's schema tells the user so where it is written.
 */
export function checkedPrices(raw: unknown): PriceTable {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return [];
  const table: ModelPrice[] = [];
  for (const [model, value] of Object.entries(raw as Readonly<Record<string, unknown>>).slice(0, MOST_PRICES)) {
    const fields: Readonly<Record<string, unknown>> = typeof value === 'object' && value !== null ? { ...value } : {};
    const amounts: Partial<Record<(typeof AMOUNTS)[number], number>> = {};
    for (const name of AMOUNTS) {
      const amount = fields[name];
      if (typeof amount === 'number' && Number.isFinite(amount) && amount >= 0) amounts[name] = amount;
    }
    const { currency = DEFAULT_CURRENCY } = fields;
    const name = model.trim();
    if (name === '' || name.length > MOST_NAME || Object.keys(amounts).length === 0) continue;
    if (typeof currency !== 'string' || currency === '') continue;
    table.push({ model: name, currency: currency.slice(0, 8), ...amounts });
  }
  return table;
}

/** The price of a model: by its whole name, else by the longest pattern that fits. */
export function priceOf(model: string, table: PriceTable): ModelPrice | undefined {
  const wanted = model.toLowerCase();
  if (wanted === '') return undefined;
  let best: ModelPrice | undefined;
  for (const price of table) {
    const pattern = price.model.toLowerCase();
    if (pattern === wanted) return price;
    if (pattern.includes('*') && fits(wanted, pattern) && pattern.length > (best?.model.length ?? -1)) best = price;
  }
  return best;
}

/** Whether a text is one that a pattern means. Linear in both: patterns come from a file that may be a repository's. */
function fits(text: string, pattern: string): boolean {
  const pieces = pattern.split('*');
  const first = pieces[0] ?? '';
  const last = pieces.at(-1) ?? '';
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  const end = text.length - last.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, at);
    if (found < 0 || found + piece.length > end) return false;
    at = found + piece.length;
  }
  return true;
}

/**
 * What tokens cost by a table; undefined when it has no price for the model, or nothing is told of input and output. Cached
 * input is part of the input (OTel), unless there is more of it than input: then it comes on top, as older Anthropic
 * instrumentations count. Reasoning is part of the output.
 */
export function pricedCost(model: string, tokens: TokenCounts, table: PriceTable): PricedCost | undefined {
  const price = priceOf(model, table);
  const { input, output } = tokens;
  if (price === undefined || (input === undefined && output === undefined)) return undefined;
  const cached = tokens.cachedInput ?? 0;
  const written = tokens.cacheWrite ?? 0;
  const inside = cached + written <= (input ?? 0);
  const plain = Math.max(0, (input ?? 0) - (inside ? cached + written : 0));
  const parts: PricedPart[] = [];
  const unpriced: string[] = [];
  const add = (what: PricedPart['what'], count: number, perMillion: number | undefined): void => {
    if (count === 0) return;
    if (perMillion === undefined) unpriced.push(what);
    else parts.push({ what, tokens: count, perMillion, amount: (count * perMillion) / MILLION });
  };
  add('input', plain, price.input);
  add('cached input', cached, price.cachedInput ?? price.input);
  add('cache write', written, price.cacheWrite ?? price.input);
  add('output', output ?? 0, price.output);
  return { amount: parts.reduce((sum, part) => sum + part.amount, 0), price, parts, unpriced };
}

/** An amount of money for people: two decimals from 1 on, below that two significant digits more than zeros. */
export function formatMoney(amount: number, currency: string): string {
  const decimals = amount === 0 || amount >= 1 ? 2 : Math.min(8, Math.max(2, 1 - Math.floor(Math.log10(amount))));
  const number = amount.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: decimals });
  return currency === 'USD' ? `$${number}` : `${number}\u00a0${currency}`;
}
