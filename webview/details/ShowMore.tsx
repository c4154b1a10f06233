import { useDetailsActions } from './detailsActions.ts';

export interface ShowMoreProps {
  readonly what: 'logs' | 'events';
  readonly shown: number;
  readonly total: number;
}

/** Behind the first pages of a long list: how many there are, and the next of them on request. */
export function ShowMore({ what, shown, total }: ShowMoreProps) {
  const actions = useDetailsActions();
  if (shown >= total) return null;
  return (
    <p>
      <button type="button" class="link-button" onClick={() => actions.showMore(what)}>
        {`Show more (${shown.toLocaleString('en-US')} of ${total.toLocaleString('en-US')})`}
      </button>
    </p>
  );
}
