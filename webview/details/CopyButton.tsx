import type { CutValue } from '../../src/core/model/attributes.ts';
import { IconButton } from '../ui/IconButton.tsx';
import { useDetailsActions } from './detailsActions.ts';
import type { StructureCut } from './valueText.ts';

export interface CopyButtonProps {
  readonly text: string;
  /** Names the thing, for the tooltip and the confirmation. */
  readonly what: string;
  /** Fetched first, so that what is copied is whole. */
  readonly cut?: CutValue | StructureCut | undefined;
}

/** Copies a value as it was sent, whole. */
export function CopyButton({ text, what, cut }: CopyButtonProps) {
  const actions = useDetailsActions();
  return (
    <IconButton
      icon="copy"
      label={`Copy ${what}`}
      onClick={() => {
        if (!cut) actions.copy(text, what);
        else {
          actions.loadValue(cut).then(
            (whole) => actions.copy(whole, what),
            () => actions.copy(text, `${what} (only its beginning: the rest is gone)`),
          );
        }
      }}
    />
  );
}
