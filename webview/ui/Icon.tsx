/** A codicon. Decorative unless `label` is given. */
export function Icon({
  name,
  label,
  className,
}: {
  readonly name: string;
  readonly label?: string;
  readonly className?: string;
}) {
  const classes = `codicon codicon-${name}${className === undefined ? '' : ` ${className}`}`;
  return label === undefined ? (
    <span class={classes} aria-hidden="true" />
  ) : (
    <span class={classes} role="img" aria-label={label} title={label} />
  );
}
