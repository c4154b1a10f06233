const WIDTH = 320;
const HEIGHT = 48;

/** Numbers in order as a thin line around zero; gaps where they are not finite. */
export function NumberLine({ values, label }: { readonly values: Float64Array; readonly label: string }) {
  let most = 0;
  for (const value of values) if (Number.isFinite(value)) most = Math.max(most, Math.abs(value));
  if (most === 0) return null;
  const step = WIDTH / Math.max(1, values.length);
  const half = HEIGHT / 2;
  let path = '';
  values.forEach((value, at) => {
    if (!Number.isFinite(value)) return;
    const x = ((at + 0.5) * step).toFixed(1);
    path += `M${x} ${half}V${(half - (value / most) * (half - 1)).toFixed(1)}`;
  });
  return (
    <svg
      class="number-line"
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={label}
    >
      <title>{label}</title>
      <rect class="why-axis" x={0} y={half} width={WIDTH} height={1} />
      <path d={path} stroke-width={Math.max(0.75, Math.min(3, step * 0.7))} />
    </svg>
  );
}
