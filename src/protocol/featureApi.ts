import type { CellType } from '../core/features/cell.ts';
import type { CallSide } from '../core/features/callFeatures.ts';
import type { Incomplete } from '../core/features/featureValue.ts';
import type { Oddity } from '../core/features/shift.ts';
import type { TensorFacts, TensorImage } from '../core/features/tensorFacts.ts';
import type { SpanRef } from '../core/model/span.ts';
import type { TraceSet } from './compareApi.ts';

/** Calls that are compared with each other: one service, span name and model; of any version. */
export interface CallKind {
  readonly service: string;
  readonly name: string;
  /** Empty when the sender names none. */
  readonly model: string;
}

/** A baseline that a user pinned. */
export interface BaselineInfo {
  readonly id: string;
  readonly kind: CallKind;
  /** Calls it was made of, and how many named values it knows. */
  readonly calls: number;
  readonly features: number;
  /** Milliseconds since the epoch. */
  readonly pinnedMs: number;
  /** Versions of the model among its calls, at most five; empty when the senders name none. */
  readonly versions: readonly string[];
}

/** What a call is compared with: `auto` is the pinned baseline, else the other held calls of the kind. */
export type Against = 'auto' | 'pinned' | 'others' | 'none';

/** One table, tensor or embedding of a call. */
export interface FeatureHead {
  readonly form: 'table' | 'tensor' | 'embedding';
  readonly side: CallSide;
  /** Index of the item it was read from, within its side. */
  readonly item: number;
  readonly label: string;
  /** Key of the item, and behind `#` the tensor's name. */
  readonly from: string;
  readonly incomplete: Incomplete;
  /** Rows that `features/rows` has, and rows of the table (calls with a batch have more than one). */
  readonly features: number;
  readonly rows: number;
  /** Explanation scores are among the rows. */
  readonly hasScores: boolean;
  /** Of tensors and embeddings. `preview`: at most 256 of its numbers, evenly chosen. */
  readonly tensor: {
    readonly dtype: string;
    readonly device: string;
    readonly shape: readonly number[];
    readonly ragged: boolean;
    readonly facts: WireFacts;
    readonly hasImage: boolean;
    readonly preview: Float64Array<ArrayBuffer>;
  } | null;
}

/** {@link TensorFacts} with null where there is no finite number. */
export interface WireFacts extends Omit<TensorFacts, 'min' | 'max' | 'mean' | 'std' | 'norm'> {
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  readonly std: number | null;
  readonly norm: number | null;
}

export interface CallFeaturesAnswer {
  readonly kind: CallKind;
  readonly values: readonly FeatureHead[];
  /** What it is compared with now; `none` when there is nothing. */
  readonly against: Exclude<Against, 'auto'>;
  /** Calls that {@link against} was made of. */
  readonly calls: number;
  readonly baseline: BaselineInfo | null;
  readonly scoresFrom: string;
}

/** One feature of a call beside what is usual. Figures are null where there is none. */
export interface FeatureRow {
  readonly name: string;
  /** As text, at most 200 characters; empty when missing. Of several rows the median, or the most frequent text. */
  readonly text: string;
  readonly type: CellType;
  readonly number: number | null;
  /** Among several rows: how many miss it. */
  readonly missing: number;
  readonly usual: {
    readonly median: number | null;
    readonly p5: number | null;
    readonly p95: number | null;
    /** The one value it always had; null when it varied. */
    readonly constant: string | null;
    /** The most frequent texts, when it is none of numbers. */
    readonly texts: readonly string[];
    readonly missing: number;
    readonly nan: number;
    readonly rows: number;
  } | null;
  /** See `Shift` in core/features. */
  readonly score: number;
  readonly direction: -1 | 0 | 1;
  readonly odd: readonly Oddity[];
  /** Explanation score. */
  readonly contribution: number | null;
}

/** What to pin: one call, the calls of its kind in a set of traces, or all kinds of a set. */
export interface PinQuestion {
  /** A call of the kind meant; null for every kind in `set`. */
  readonly ref: SpanRef | null;
  /** Null for that call alone. */
  readonly set: TraceSet | null;
}

export interface PinAnswer {
  readonly pinned: readonly BaselineInfo[];
  /** How many of them took the place of another baseline. */
  readonly replaced: number;
  /** Undoes exactly this, see `baselines/undo`. */
  readonly change: number;
}

export const FEATURE_PAGE = 500;

/** Feature tables, tensors and embeddings of a call, and what is usual of them. */
export interface FeatureMethods {
  /** Null when the span is no model call, or nothing of it is numbers. */
  'features/call': readonly [SpanRef & { readonly against: Against }, CallFeaturesAnswer | null];
  /**
   * Rows of one value (its index among `values`), the oddest first (else as sent), {@link FEATURE_PAGE} at most. `row`: of a batch, or
   * -1 for all together. `notFound` when the call has no such value.
   */
  'features/rows': readonly [
    SpanRef & { readonly against: Against; readonly value: number; readonly row: number; readonly from: number },
    { readonly rows: readonly FeatureRow[]; readonly total: number },
  ];
  /** The picture of an image-shaped tensor, of a batch the one asked for. */
  'features/image': readonly [SpanRef & { readonly value: number; readonly index: number }, TensorImage];
  /** Keeps what is usual of calls, in place of what was pinned for their kinds. `notFound` when they have nothing to compare. */
  'baselines/pin': readonly [PinQuestion, PinAnswer];
  'baselines/list': readonly [Record<string, never>, { readonly baselines: readonly BaselineInfo[] }];
  'baselines/unpin': readonly [{ readonly id: string }, { readonly change: number }];
  /** Takes back a pin or unpin, unless something else happened to the same kinds since. */
  'baselines/undo': readonly [{ readonly change: number }, { readonly undone: boolean }];
}
