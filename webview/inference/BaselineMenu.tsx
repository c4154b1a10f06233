import type { CallFeaturesAnswer } from '../../src/protocol/featureApi.ts';
import { useStore } from '../state/useStore.ts';
import { formatCount } from '../text/formatCount.ts';
import { Menu, type MenuItem } from '../ui/Menu.tsx';
import { kindName, type NumbersModel } from './numbersModel.ts';

/** Pins calls as a baseline, and unpins. */
export function BaselineMenu({ model, call }: { readonly model: NumbersModel; readonly call: CallFeaturesAnswer }) {
  const baselines = useStore(model.baselines);
  const { baseline } = call;
  const others = baselines.filter(({ id }) => id !== baseline?.id);
  const items = (): readonly MenuItem[] => {
    void model.readBaselines();
    return [
      { kind: 'title', label: 'Pin as baseline' },
      { kind: 'action', label: 'The calls of this kind in the listed traces', run: () => model.pin('listed') },
      { kind: 'action', label: 'This call alone', run: () => model.pin('call') },
      { kind: 'action', label: 'All kinds of call in the listed traces', run: () => model.pin('kinds') },
      ...(baseline || others.length > 0 ? [{ kind: 'title', label: 'Pinned' } as const] : []),
      ...(baseline
        ? [
            {
              kind: 'action',
              label: `Unpin the baseline of this kind (${formatCount(baseline.calls, 'call', 'calls')})`,
              run: () => void model.unpin(baseline),
            } as const,
          ]
        : []),
      ...others.slice(0, 20).map((each): MenuItem => ({
        kind: 'action',
        label: `Unpin ${kindName(each)} (${formatCount(each.calls, 'call', 'calls')})`,
        run: () => void model.unpin(each),
      })),
    ];
  };
  return <Menu icon={baseline ? 'pinned' : 'pin'} label="Pin as baseline" items={items} />;
}
