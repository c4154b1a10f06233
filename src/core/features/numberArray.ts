import type { Loose } from './looseLiteral.ts';

/** Numbers in rows and planes. */
export interface NumberArray {
  /** As written (`float32`, `FP32`, `torch.float16`); empty when the text does not say. */
  readonly dtype: string;
  readonly device: string;
  /** By dimension. Of an array that its printer shortened the shape of what is here, unless the text told the whole. */
  readonly shape: readonly number[];
  /** Rows of different lengths: `shape` has the longest. */
  readonly ragged: boolean;
  /** What is here, the last dimension running fastest; truth values are 0 and 1, gaps NaN. */
  readonly values: Float64Array<ArrayBuffer>;
}

/** Numbers in nested lists as one array; undefined when anything else is among them. */
export function arrayOf(value: Loose): NumberArray | undefined {
  let dtype = '';
  let device = '';
  let told: readonly number[] | undefined;
  let inner = value;
  if (typeof inner === 'object' && inner?.kind === 'array') {
    ({ dtype, device } = inner);
    told = inner.shape;
    inner = inner.value;
  }
  const shape: number[] = [];
  const gathered = new Gathered();
  if (!gathered.add(inner, 0, shape)) return undefined;
  const values = gathered.values();
  const size = told?.reduce((product, length) => product * length, 1);
  return {
    dtype: dtype === '' ? gathered.dtype : dtype,
    device: device === '' ? gathered.device : device,
    shape: told !== undefined && size !== undefined && size >= values.length && told.length > 0 ? told : shape,
    ragged: gathered.ragged,
    values,
  };
}

class Gathered {
  ragged = false;
  dtype = '';
  device = '';
  #parts: Float64Array[] = [];
  #single: number[] = [];

  /** False when there is something that is no number. */
  add(value: Loose, depth: number, shape: number[]): boolean {
    if (typeof value === 'number' || typeof value === 'boolean') {
      this.#single.push(Number(value));
      return true;
    }
    if (typeof value !== 'object' || value === null) return false;
    switch (value.kind) {
      case 'object':
        return false;
      case 'array':
        // A tensor within a list of tensors.
        this.dtype = value.dtype;
        this.device = value.device;
        return this.add(value.value, depth, shape);
      case 'numbers':
        this.#length(value.values.length, depth, shape);
        this.#flush();
        this.#parts.push(value.values);
        return true;
      case 'list': {
        this.#length(value.items.length, depth, shape);
        const isDeep = value.items.some((item) => typeof item === 'object' && item !== null);
        for (const item of value.items) {
          if (isDeep && (typeof item !== 'object' || item === null)) return false;
          if (!this.add(item, depth + 1, shape)) return false;
        }
        return true;
      }
    }
  }

  values(): Float64Array<ArrayBuffer> {
    this.#flush();
    const all = new Float64Array(this.#parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of this.#parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  #length(length: number, depth: number, shape: number[]): void {
    const known = shape[depth];
    if (known !== undefined && known !== length) this.ragged = true;
    shape[depth] = Math.max(known ?? 0, length);
  }

  #flush(): void {
    if (this.#single.length === 0) return;
    this.#parts.push(Float64Array.from(this.#single));
    this.#single = [];
  }
}
