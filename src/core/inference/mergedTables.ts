import type {
  ContentSetting,
  FactName,
  FactPlace,
  Group,
  KindFamily,
  KindKey,
  Mark,
  NamedKind,
  ParameterPlace,
  Rank,
  Side,
} from './dialect.ts';
import { DIALECTS } from './dialectTables.ts';

/** A group with the name of the dialect it is of. */
export interface NamedGroup extends Group {
  readonly dialect: string;
}

/** A place of a fact with the name of the dialect it is of. */
export interface NamedPlace {
  readonly key: string;
  /** Of the JSON at `key`; steps apart by dots. */
  readonly field?: string;
  readonly dialect: string;
}

const GROUPS: readonly NamedGroup[] = DIALECTS.flatMap(({ name, groups }) =>
  (groups ?? []).map((group) => ({ ...group, dialect: name })),
);

const CONVENTIONS: readonly Rank[] = ['typed', 'special', 'whole'];

/** Groups of a side that follow a convention, in the order in which they are asked. */
export function conventionGroups(side: Side): readonly NamedGroup[] {
  return CONVENTIONS.flatMap((rank) => GROUPS.filter((group) => group.side === side && group.rank === rank));
}

/** Rows of one of the ranks of plain keys. */
export function plainGroups(side: Side, rank: Rank): readonly NamedGroup[] {
  return GROUPS.filter((group) => group.side === side && group.rank === rank);
}

/** Places of a fact, in the order in which they are asked. */
export function factPlaces(fact: FactName): readonly NamedPlace[] {
  return DIALECTS.flatMap(({ name, facts }) =>
    (facts?.[fact] ?? []).map((place) => ({ ...placeOf(place), dialect: name })),
  );
}

function placeOf(place: FactPlace): Omit<NamedPlace, 'dialect'> {
  return typeof place === 'string' ? { key: place } : place;
}

function inOrder<T>(pick: (dialect: (typeof DIALECTS)[number]) => readonly T[] | undefined): readonly T[] {
  return DIALECTS.flatMap((dialect) => pick(dialect) ?? []);
}

const KINDS = inOrder(({ kinds }) => kinds);
export const KIND_KEYS: readonly KindKey[] = [
  ...KINDS.filter(({ own }) => own === true),
  ...KINDS.filter(({ own }) => own !== true),
];
export const NAMED_KINDS: readonly NamedKind[] = inOrder(({ namedKinds }) => namedKinds);
export const KIND_FAMILIES: readonly KindFamily[] = inOrder(({ families }) => families);
export const PARAMETER_PLACES: readonly (ParameterPlace & { readonly dialect: string })[] = inOrder(
  ({ name, parameters }) => parameters?.map((place) => ({ ...place, dialect: name })),
);
export const CONTENT_SETTINGS: readonly ContentSetting[] = inOrder(({ settings }) => settings);
export const MARKS: readonly Mark[] = inOrder(({ marks }) => marks);

const tokenKeys = (fact: FactName): readonly string[] =>
  factPlaces(fact)
    .filter(({ field }) => field === undefined)
    .map(({ key }) => key);

/** Keys whose value is a number of tokens, in the order in which they are asked. */
export const TOKEN_KEYS = {
  input: tokenKeys('tokens.input'),
  output: tokenKeys('tokens.output'),
  total: tokenKeys('tokens.total'),
} as const;

/** Keys, and beginnings of keys, that make a span worth reading as a model call. */
interface Evidence {
  readonly keys: ReadonlySet<string>;
  readonly prefixes: readonly string[];
  /** Prefixes behind which an index follows. */
  readonly lists: readonly string[];
  /** Keys that make a span worth reading though it is no model call. */
  readonly plain: ReadonlySet<string>;
}

export function evidence(): Evidence {
  const keys = new Set<string>(inOrder(({ evidence: of }) => of?.keys));
  const prefixes = new Set<string>(inOrder(({ evidence: of }) => of?.prefixes));
  const lists = new Set<string>();
  for (const { rows, rank, only } of GROUPS) {
    if (rank === 'last' || only !== undefined) continue;
    for (const { place } of rows) {
      if (place.in === 'span') keys.add(place.key);
      else if (place.in === 'flattened') lists.add(`${place.prefix}.`);
      else if (place.in === 'family') prefixes.add(`${place.prefix}.`);
    }
  }
  const plain = new Set<string>(inOrder(({ evidence: of }) => of?.plain));
  return { keys, prefixes: [...prefixes], lists: [...lists], plain };
}
