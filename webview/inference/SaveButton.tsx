import type { CutValue } from '../../src/core/model/attributes.ts';
import { IconButton } from '../ui/IconButton.tsx';
import { useDetailsActions } from '../details/detailsActions.ts';

/** Saves a long value to a file the user names; the host reads it from the engine. */
export function SaveButton({ value, what }: { readonly value: CutValue; readonly what: string }) {
  const actions = useDetailsActions();
  return <IconButton icon="save" label={`Save ${what} As…`} onClick={() => actions.saveValue(value.ref, what)} />;
}
